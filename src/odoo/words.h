/*-------------------------------------------------------------------------
 *
 * words.h
 *	  What people read about orders, in the shop's language.
 *
 * IDENTIFICATION
 *	  src/odoo/words.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_WORDS_H
#define CARTONA_WORDS_H

typedef enum CartonaWord
{
	/* facts about an order: labels and values (apply/note.c) */
	WORD_ORDER, WORD_RECEIPT, WORD_ACCOUNT, WORD_SUPPLIER_CODE, WORD_DELIVERED_BY, WORD_BY_SUPPLIER, WORD_BY_CARTONA,
	WORD_STATUS, WORD_ESTIMATED, WORD_PREFERRED, WORD_PICKUP, WORD_ROUTE,
	WORD_SUPPLIER_DISCOUNT, WORD_CARTONA_DISCOUNT, WORD_REBATE, WORD_MORE_LINES,
	WORD_CARTONA_TOTAL, WORD_ODOO_TOTAL, WORD_CREDIT, WORD_INSTALMENTS, WORD_TOP_UP, WORD_COLLECT, WORD_PASSWORD,
	WORD_ATTENTION, WORD_NOT_IMPORTED, WORD_TOTALS_DIFFER, WORD_TAX_ON_TOP, WORD_STRANGE_STATUS, WORD_AHEAD, WORD_TAXES_LEFT,
	WORD_EMAIL_KEPT, WORD_PLEASE_CHECK,

	/* lines */
	WORD_LINE, WORD_LINE_IN_FULL, WORD_QUOTED, WORD_VALUES,

	/* why a line is left out (draft.c, odoo/product.c) */
	WORD_LINE_BECAUSE, WORD_VARIANT_GONE, WORD_MANY_VARIANTS, WORD_NO_PRODUCT, WORD_OTHER_COMPANY, WORD_ARCHIVED, WORD_NOT_FOR_SALE,
	WORD_COMBO, WORD_NO_NAME, WORD_UNIT_OF, WORD_UNIT_UNKNOWN, WORD_UNIT_UNMAPPED,

	/* what could not be read (apply/payload.c) */
	WORD_OF_LINE, WORD_NO_NUMBER, WORD_TOO_LARGE, WORD_NEGATIVE,

	/* what the retailer changed (apply/compare.c, change.c) */
	WORD_CHANGED_HERE, WORD_CHANGED_NOT_HERE, WORD_CHANGED_OFTEN, WORD_AND_MORE, WORD_BECAUSE, WORD_IS, WORD_IS_INSTEAD, WORD_IS_AS_HERE,
	WORD_ADDED, WORD_HAS_ITS_PRODUCT, WORD_LEFT_OUT, WORD_REMOVED, WORD_REMOVED_PLAIN, WORD_OTHER_COMMENT, WORD_OTHER_NOTE, WORD_OTHER_ADDRESS, WORD_DAY_IS, WORD_NO_DAY,
	WORD_EMAIL_IS, WORD_NO_LINE_LEFT, WORD_EDITING,

	/* why that was not done here */
	WORD_CANCELLED_HERE, WORD_CONFIRMED_HERE, WORD_LOCKED_HERE, WORD_STATUS_ALREADY, WORD_OTHER_CURRENCY, WORD_MOVED_COMPANY,
	WORD_LINE_DELETED, WORD_NOT_KNOWN, WORD_LINE_CHANGED, WORD_CHANGED_IN_ODOO, WORD_CLERK_HAS_IT, WORD_SIGNS_IN, WORD_ALL_TAKEN,

	/*
	 * what was done of what Cartona says of an order, or must be by a human
	 * (apply/target.c)
	 */
	WORD_TARGET_CONFIRM, WORD_TARGET_ASSIGN, WORD_TARGET_DELIVER, WORD_TARGET_CANCEL, WORD_TARGET_RETURNED,
	WORD_TARGET_NOTE, WORD_TARGET_INCOMPLETE, WORD_TARGET_DELIVERED_BUT_CANCELLED,
	WORD_TARGET_CANCELLED_BUT_DELIVERED, WORD_TARGET_CANCELLED_BUT_INVOICED, WORD_TARGET_STOCK, WORD_TARGET_LOTS,
	WORD_TARGET_QUESTION, WORD_TARGET_STATE, WORD_TARGET_REFUSED, WORD_TARGET_CANCEL_BY_HAND,
	WORD_TARGET_DELIVER_BY_HAND,
	WORD_COUNT
} CartonaWord;

/* A sentence that can be said in any of the languages. */
typedef struct CartonaSentence CartonaSentence;

/* A text that is the same in all of them, copied into the current context. */
extern CartonaSentence *cartona_words_text(const char *text);

/* A sentence with its parts (CartonaSentence pointers) and a NULL after the last of them. */
extern CartonaSentence *cartona_words_make(CartonaWord word,...);

/*
 * Said in a language by Odoo's code ("ar_001"), English where there is no
 * translation.  NULL: in English, for whoever looks after this extension.
 */
extern char *cartona_words_say(const CartonaSentence *sentence, const char *lang);

/* A sentence without parts. */
extern const char *cartona_words_plain(CartonaWord word, const char *lang);

#endif							/* CARTONA_WORDS_H */
