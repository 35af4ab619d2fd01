/*-------------------------------------------------------------------------
 *
 * compare_head.c
 *	  What of an imported order beside its lines must follow, and what does not.
 *
 * What does not follow is a difference that stays until it is settled: by
 * Cartona, which comes back to what is here, or by a person (cartona.resolve).
 * Each stands once in cartona.problem, as it is now.
 *
 * Neighbours: compare.c compares the lines; known.c keeps the head.
 * Transactions: the caller's; only reads.
 * Memory: the current context.
 * Failure: none of its own.
 *
 * IDENTIFICATION
 *	  src/apply/compare_head.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "apply/compare.h"
#include "apply/note.h"

void
cartona_compare_tell(CartonaCompared *work, const char *key, const CartonaSentence *what, const CartonaSentence *why)
{
	CartonaSentence *sentence = cartona_words_make(WORD_BECAUSE, what, why, NULL);
	CartonaDiffers *differs = palloc(sizeof(CartonaDiffers));
	ListCell   *cell;

	work->told = lappend(work->told, sentence);
	differs->key = pstrdup(key);
	differs->text = cartona_words_say(sentence, NULL);
	foreach(cell, work->differs)
	{
		if (strcmp(((CartonaDiffers *) lfirst(cell))->key, key) == 0)
		{
			lfirst(cell) = differs;
			return;
		}
	}
	work->differs = lappend(work->differs, differs);
}

bool
cartona_compare_settle(CartonaCompared *work, const char *key)
{
	ListCell   *cell;

	foreach(cell, work->differs)
	{
		if (strcmp(((CartonaDiffers *) lfirst(cell))->key, key) == 0)
		{
			work->differs = list_delete_ptr(work->differs, lfirst(cell));
			return true;
		}
	}
	return false;
}

/* Is a part of the order as a whole to follow?  Where not, that is told. */
static bool
may_follow(CartonaCompared *work, const char *key, CartonaSentence *what, bool as_written)
{
	if (work->why_not != NULL || !as_written)
	{
		cartona_compare_tell(work, key, what, work->why_not ? work->why_not : cartona_words_make(WORD_CHANGED_IN_ODOO, NULL));
		return false;
	}
	work->done = lappend(work->done, what);
	work->edited = true;
	(void) cartona_compare_settle(work, key);
	return true;
}

/*
 * Has Cartona changed it since it was last looked at?  "written" is what stands
 * in Odoo as we wrote it: what comes back to that is no difference any more.
 */
static bool
is_new(CartonaCompared *work, const char *key, const char *written, const char *said, const char *now)
{
	if (strcmp(said, now) == 0)
		return false;
	if (strcmp(written, now) != 0)
		return true;
	(void) cartona_compare_settle(work, key);
	return false;
}

/* The order's own words in the note; what stands before them (the company's terms, a clerk's text) stays. */
static void
compare_note(CartonaCompared *work, const CartonaHead *old, CartonaHead *now)
{
	CartonaExisting *order = &work->order;
	char	   *before;

	if (old->note == NULL)
		return;
	now->note = old->note;
	if (!is_new(work, "note", old->note, old->note_said, now->note_said))
		return;
	before = cartona_known_before_words(order->note ? order->note : "", old->note);
	if (may_follow(work, "note", cartona_words_make(WORD_OTHER_NOTE, NULL), before != NULL))
	{
		order->note = cartona_note_join(work->draft->shop, before, cartona_note_words(work->draft));
		order->note_changed = true;
		now->note = now->note_said;
	}
}

static void
compare_day(CartonaCompared *work, const CartonaHead *old, CartonaHead *now)
{
	CartonaExisting *order = &work->order;
	CartonaSentence *what = now->day_said[0] ? cartona_words_make(WORD_DAY_IS, cartona_words_text(now->day_said), NULL)
		: cartona_words_make(WORD_NO_DAY, NULL);

	if (old->day == NULL)
		return;
	now->day = old->day;
	if (!is_new(work, "day", old->day, old->day_said, now->day_said))
		return;
	if (may_follow(work, "day", what, strcmp(cartona_known_day(order->has_commitment, order->commitment), old->day) == 0))
	{
		order->has_commitment = cartona_payload_commitment(work->draft->order, &order->commitment);
		order->commitment_changed = true;
		now->day = now->day_said;
	}
}

/*
 * Where the goods go.  A new address at Cartona is mostly the customer's own in
 * Odoo, then the order has it already; where a clerk corrected that one it is
 * another partner.  An address that only the shop added is for new orders.
 */
static void
compare_address(CartonaCompared *work, const CartonaHead *old, CartonaHead *now)
{
	CartonaExisting *order = &work->order;
	int32		wanted = now->ship_to;

	now->ship_to = old->ship_to;
	if (old->address == NULL || strcmp(old->address, now->address) == 0)
		return;
	if (wanted == order->ship_to)
	{
		now->ship_to = wanted;
		(void) cartona_compare_settle(work, "address");
	}
	else if (may_follow(work, "address", cartona_words_make(WORD_OTHER_ADDRESS, NULL), order->ship_to == old->ship_to))
	{
		order->ship_to = now->ship_to = wanted;
		order->ship_to_changed = true;
	}
}

static void
compare_email(CartonaCompared *work)
{
	char	   *kept = work->draft->partner.email_kept;

	if (kept != NULL)
		cartona_compare_tell(work, "email", cartona_words_make(WORD_EMAIL_IS, cartona_words_text(kept), NULL),
							 cartona_words_make(WORD_SIGNS_IN, NULL));
}

void
cartona_compare_head(CartonaCompared *work, CartonaHead *head)
{
	const CartonaHead *old = &work->known->head;

	compare_note(work, old, head);
	compare_day(work, old, head);
	compare_address(work, old, head);
	compare_email(work);
}
