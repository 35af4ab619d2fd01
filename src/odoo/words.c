/*-------------------------------------------------------------------------
 *
 * words.c
 *	  What people read about orders, in the shop's language.
 *
 * The one place for these texts.  A sentence is kept as its words and parts,
 * because the same one is read by a clerk in Odoo, in his language, and in
 * cartona.problem, in English.
 *
 * Neighbours: note.c, compare.c, change.c and target.c of apply; product.c;
 * ui/translate.sql finds the English ones again, for who reads Arabic.
 * Transactions: none.
 * Memory: the current context.
 * Failure: none but out of memory.
 *
 * IDENTIFICATION
 *	  src/odoo/words.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "fmgr.h"
#include "lib/stringinfo.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "base/compat.h"
#include "odoo/words.h"

PG_FUNCTION_INFO_V1(cartona_sql_words);

#define MAX_PARTS 5

struct CartonaSentence
{
	const char *text;			/* NULL: word and parts */
	CartonaWord word;
	const CartonaSentence *parts[MAX_PARTS];
};

/* English, Arabic; {1} is the first part. */
static const char *const words[WORD_COUNT][2] = {
	[WORD_ORDER] = {"Made from Cartona order", "أُنشئ من طلب كرتونة رقم"},
	[WORD_RECEIPT] = {"Receipt", "رقم الإيصال"},
	[WORD_ACCOUNT] = {"Account", "الحساب"},
	[WORD_SUPPLIER_CODE] = {"Supplier code", "كود المورد"},
	[WORD_DELIVERED_BY] = {"Delivered by", "التوصيل بواسطة"},
	[WORD_BY_SUPPLIER] = {"the supplier", "المورد"},
	[WORD_BY_CARTONA] = {"Cartona", "كرتونة"},
	[WORD_STATUS] = {"Status at Cartona", "الحالة في كرتونة"},
	[WORD_ESTIMATED] = {"Delivery day", "يوم التوصيل"},
	[WORD_PREFERRED] = {"Delivery day the customer wished", "يوم التوصيل الذي طلبه العميل"},
	[WORD_PICKUP] = {"Picked up by Cartona", "موعد الاستلام بواسطة كرتونة"},
	[WORD_ROUTE] = {"Route", "خط التوزيع"},
	[WORD_SUPPLIER_DISCOUNT] = {"Discount given by the supplier (the price has it already)", "خصم من المورد (محسوب في السعر)"},
	[WORD_CARTONA_DISCOUNT] = {"Discount given by Cartona (the price has it already)", "خصم من كرتونة (محسوب في السعر)"},
	[WORD_REBATE] = {"Rebate by the supplier", "حافز من المورد"},
	[WORD_MORE_LINES] = {"and more lines", "وسطور أخرى"},
	[WORD_CARTONA_TOTAL] = {"Total at Cartona", "الإجمالي في كرتونة"},
	[WORD_ODOO_TOTAL] = {"Total in Odoo", "الإجمالي في أودو"},
	[WORD_CREDIT] = {"Cartona credit", "رصيد كرتونة"},
	[WORD_INSTALMENTS] = {"Instalments", "التقسيط"},
	[WORD_TOP_UP] = {"Wallet top-up", "شحن المحفظة"},
	[WORD_COLLECT] = {"These amounts change who pays, not the total: collect in cash what Cartona shows for this order",
	"تغيّر هذه المبالغ من يدفع ولا تغيّر الإجمالي: يُحصَّل نقدًا المبلغ الظاهر لهذا الطلب في كرتونة"},
	[WORD_PASSWORD] = {"On delivery Cartona asks for the customer's one-time password", "تطلب كرتونة عند التسليم رمز التحقق من العميل"},
	[WORD_ATTENTION] = {"Attention", "تنبيه"},
	[WORD_NOT_IMPORTED] = {"not imported", "لم يُستورد"},
	[WORD_TOTALS_DIFFER] = {"the total differs from Cartona's", "الإجمالي يختلف عن إجمالي كرتونة"},
	[WORD_TAX_ON_TOP] = {"Odoo adds taxes on top of Cartona's prices", "يضيف أودو الضرائب فوق أسعار كرتونة"},
	[WORD_STRANGE_STATUS] = {"status not known, taken for pending", "حالة غير معروفة، اعتُبرت pending"},
	[WORD_AHEAD] = {"at Cartona the order is ahead of this draft", "الطلب في كرتونة متقدم على هذه المسودة"},
	[WORD_TAXES_LEFT] = {"some taxes are still to be computed by Odoo", "بعض الضرائب لم يحسبها أودو بعد"},
	[WORD_EMAIL_KEPT] = {"new email at Cartona, not taken over because the customer signs in to Odoo with his",
	"بريد إلكتروني جديد في كرتونة لم يُنقل لأن العميل يسجّل الدخول إلى أودو ببريده"},
	[WORD_PLEASE_CHECK] = {"please check", "يرجى المراجعة"},

	[WORD_LINE] = {"line {1}", "سطر {1}"},
	[WORD_LINE_IN_FULL] = {"line {1}{2}", "سطر {1}{2}"},
	[WORD_QUOTED] = {"\"{1}\"", "\"{1}\""},
	[WORD_VALUES] = {"{1} x {2}", "{1} × {2}"},

	[WORD_LINE_BECAUSE] = {"{1}: {2}", "{1}: {2}"},
	[WORD_VARIANT_GONE] = {"the variant that cartona.product_map names for it is not in Odoo any more",
	"النسخة المحددة له في cartona.product_map لم تعد موجودة في أودو"},
	[WORD_MANY_VARIANTS] = {"its supplier_product_id is the cartona_id of {1} Odoo variants: only internal_product_id or cartona.product_map can say which one",
	"رقمه supplier_product_id هو cartona_id لعدد {1} من نسخ المنتج في أودو، ولا يحدد أيَّها إلا internal_product_id أو cartona.product_map"},
	[WORD_NO_PRODUCT] = {"no Odoo product for it", "لا يوجد له منتج في أودو"},
	[WORD_OTHER_COMPANY] = {"its Odoo product belongs to another company", "منتجه في أودو يتبع شركة أخرى"},
	[WORD_ARCHIVED] = {"its Odoo product is archived", "منتجه في أودو مؤرشف"},
	[WORD_NOT_FOR_SALE] = {"its Odoo product is not one that can be sold (Sales is switched off on it)", "منتجه في أودو غير متاح للبيع (خيار المبيعات غير مفعّل)"},
	[WORD_COMBO] = {"its Odoo product is a combo, which needs a choice", "منتجه في أودو مجموعة تتطلب اختيارًا"},
	[WORD_NO_NAME] = {"its Odoo product has no name", "منتجه في أودو بلا اسم"},
	[WORD_UNIT_OF] = {"{1} of {2}", "{1} من {2}"},
	[WORD_UNIT_UNKNOWN] = {"Cartona sells it by the {1}, and without a supplier_product_id nothing can say how many of Odoo's that is",
	"تبيعه كرتونة بوحدة {1}، وبدون supplier_product_id لا يمكن معرفة كم تعادل من وحدات أودو"},
	[WORD_UNIT_UNMAPPED] = {"Cartona sells it by the {1}, and nothing says how many of Odoo's that is: add a row to cartona.product_map"
		" with account_id {2}, supplier_product_id {3}, product_id {4} and factor {5},"
		" or factor 1 if the Odoo product is itself the {1}",
		"تبيعه كرتونة بوحدة {1}، ولا شيء يحدد كم تعادل من وحدات أودو: أضف صفًا إلى cartona.product_map"
		" فيه account_id {2} و supplier_product_id {3} و product_id {4} و factor {5}،"
	" أو factor 1 إذا كان منتج أودو نفسه هو {1}"},

	[WORD_OF_LINE] = {"{1} of line {2}", "{1} في سطر {2}"},
	[WORD_NO_NUMBER] = {"{1} is no number: {2}", "{1} ليس رقمًا: {2}"},
	[WORD_TOO_LARGE] = {"{1} is absurdly large: {2}", "{1} كبير بشكل غير معقول: {2}"},
	[WORD_NEGATIVE] = {"{1} is negative: {2}", "{1} سالب: {2}"},

	[WORD_CHANGED_HERE] = {"Changed at Cartona, and here:", "تغيّر في كرتونة وهنا أيضًا:"},
	[WORD_CHANGED_NOT_HERE] = {"Changed at Cartona, and not here:", "تغيّر في كرتونة ولم يتغيّر هنا:"},
	[WORD_CHANGED_OFTEN] = {"This order changes often at Cartona: from here on only the newest change is shown.",
	"يتغيّر هذا الطلب كثيرًا في كرتونة: من هنا يظهر آخر تغيير فقط."},
	[WORD_AND_MORE] = {"and {1} more", "و{1} غيرها"},
	[WORD_BECAUSE] = {"{1} ({2})", "{1} ({2})"},
	[WORD_IS] = {"{1} is {2}", "{1} أصبح {2}"},
	[WORD_IS_INSTEAD] = {"{1} is {2} instead of {3}", "{1} أصبح {2} بدلًا من {3}"},
	[WORD_IS_AS_HERE] = {"{1} is {2}, as it is here", "{1} أصبح {2} كما هو هنا"},
	[WORD_ADDED] = {"{1}, {2}, was added", "أُضيف {1}، {2}"},
	[WORD_HAS_ITS_PRODUCT] = {"{1}, {2}, was left out and has its product now", "{1}، {2}، كان متروكًا ووُجد منتجه الآن"},
	[WORD_LEFT_OUT] = {"{1}, {2}: not imported, {3}", "{1}، {2}: لم يُستورد، {3}"},
	[WORD_REMOVED] = {"{1}, {2} was removed", "حُذف {1}، {2}"},
	[WORD_REMOVED_PLAIN] = {"{1} was removed", "حُذف {1}"},
	[WORD_OTHER_COMMENT] = {"the comment of {1} is another one", "تغيّر تعليق {1}"},
	[WORD_OTHER_NOTE] = {"the note of the order is another one", "تغيّرت ملاحظة الطلب"},
	[WORD_OTHER_ADDRESS] = {"the delivery address is another one", "تغيّر عنوان التوصيل"},
	[WORD_DAY_IS] = {"the delivery day is {1}", "يوم التوصيل هو {1}"},
	[WORD_NO_DAY] = {"there is no delivery day any more", "لم يعد هناك يوم توصيل محدد"},
	[WORD_EMAIL_IS] = {"the email of the customer is {1}", "بريد العميل الإلكتروني هو {1}"},
	[WORD_NO_LINE_LEFT] = {"no line is left", "لم يبقَ أي سطر"},
	[WORD_EDITING] = {"The retailer is editing this order at Cartona: it stays as it is until he is done.",
	"يعدّل العميل هذا الطلب في كرتونة: يبقى كما هو حتى ينتهي."},

	[WORD_CANCELLED_HERE] = {"the order is cancelled in Odoo", "الطلب ملغى في أودو"},
	[WORD_CONFIRMED_HERE] = {"the order is confirmed in Odoo", "الطلب مؤكد في أودو"},
	[WORD_LOCKED_HERE] = {"the order is locked in Odoo", "الطلب مقفل في أودو"},
	[WORD_STATUS_ALREADY] = {"it is {1} at Cartona already", "حالته في كرتونة {1} بالفعل"},
	[WORD_OTHER_CURRENCY] = {"the order has another currency in Odoo", "للطلب عملة أخرى في أودو"},
	[WORD_MOVED_COMPANY] = {"the order was moved to another company in Odoo", "نُقل الطلب إلى شركة أخرى في أودو"},
	[WORD_LINE_DELETED] = {"the line was deleted in Odoo", "حُذف السطر في أودو"},
	[WORD_NOT_KNOWN] = {"what was imported is not known any more", "لم يعد معروفًا ما الذي استُورد"},
	[WORD_LINE_CHANGED] = {"the line was changed in Odoo to {1}", "غُيّر السطر في أودو إلى {1}"},
	[WORD_CHANGED_IN_ODOO] = {"it was changed in Odoo", "غُيّر في أودو"},
	[WORD_CLERK_HAS_IT] = {"a clerk has put the product on the order already", "أضاف موظف المنتج إلى الطلب بالفعل"},
	[WORD_SIGNS_IN] = {"he signs in to Odoo with the one he has there", "يسجّل الدخول إلى أودو ببريده الحالي"},
	[WORD_ALL_TAKEN] = {"the retailer took all of them away", "أزال العميل كل السطور"},

	[WORD_TARGET_CONFIRM] = {"Approved at Cartona: the order is confirmed",
	"تمت الموافقة على الطلب في كرتونة: تم تأكيد أمر البيع"},
	[WORD_TARGET_ASSIGN] = {"Shipped at Cartona: the goods are reserved",
	"شُحن الطلب في كرتونة: تم حجز البضاعة"},
	[WORD_TARGET_DELIVER] = {"Delivered at Cartona: the delivery is validated",
	"سُلّم الطلب في كرتونة: تم اعتماد التسليم"},
	[WORD_TARGET_CANCEL] = {"Cancelled at Cartona: the order is cancelled",
	"أُلغي الطلب في كرتونة: تم إلغاء أمر البيع"},
	[WORD_TARGET_RETURNED] = {"Returned at Cartona: take the goods back, and credit them where that is due",
	"أُرجع الطلب في كرتونة: استلم البضاعة المرتجعة، وأصدر إشعارًا دائنًا إن لزم"},
	[WORD_TARGET_NOTE] = {"This order has gone on at Cartona: please see to it",
	"تقدّم هذا الطلب في كرتونة: يرجى متابعته"},
	[WORD_TARGET_INCOMPLETE] = {"At Cartona this order has gone on, but a line of it is missing here: complete it, then confirm it",
	"تقدّم الطلب في كرتونة، لكن ينقصه سطر هنا: أكمله ثم أكّده"},
	[WORD_TARGET_DELIVERED_BUT_CANCELLED] = {"Delivered at Cartona, but cancelled here: please check",
	"سُلّم الطلب في كرتونة، لكنه ملغى هنا: يرجى المراجعة"},
	[WORD_TARGET_CANCELLED_BUT_DELIVERED] = {"Cancelled at Cartona, but delivered here already: take the goods back, or settle it with Cartona",
	"أُلغي الطلب في كرتونة بعد تسليمه هنا: استرجع البضاعة أو سوِّ الأمر مع كرتونة"},
	[WORD_TARGET_CANCELLED_BUT_INVOICED] = {"Cancelled at Cartona: the order is cancelled, but an invoice of it is posted: credit it",
	"أُلغي الطلب في كرتونة وتم إلغاء أمر البيع، لكن له فاتورة مرحّلة: أصدر إشعارًا دائنًا"},
	[WORD_TARGET_STOCK] = {"Delivered at Cartona, but there is not enough stock here",
	"سُلّم الطلب في كرتونة، لكن المخزون هنا لا يكفي"},
	[WORD_TARGET_LOTS] = {"Delivered at Cartona, but a lot or serial number is needed here",
	"سُلّم الطلب في كرتونة، لكن يلزم هنا رقم تشغيلة أو رقم تسلسلي"},
	[WORD_TARGET_QUESTION] = {"Delivered at Cartona, but Odoo asks a question before it validates",
	"سُلّم الطلب في كرتونة، لكن أودو يسأل سؤالًا قبل الاعتماد"},
	[WORD_TARGET_STATE] = {"At Cartona this order has gone on, but Odoo did not take it along; its state here is",
	"تقدّم الطلب في كرتونة، لكن أودو لم يتابعه؛ حالته هنا"},
	[WORD_TARGET_REFUSED] = {"At Cartona this order has gone on, but Odoo refuses to take it along",
	"تقدّم الطلب في كرتونة، لكن أودو يرفض متابعته"},
	[WORD_TARGET_CANCEL_BY_HAND] = {"Cancelled at Cartona: cancel this order, and its deliveries",
	"أُلغي الطلب في كرتونة: ألغِ أمر البيع وعمليات تسليمه"},
	[WORD_TARGET_DELIVER_BY_HAND] = {"Delivered at Cartona: validate the delivery of this order",
	"سُلّم الطلب في كرتونة: اعتمد تسليم أمر البيع"},
};

CartonaSentence *
cartona_words_text(const char *text)
{
	CartonaSentence *sentence = palloc0(sizeof(CartonaSentence));

	sentence->text = pstrdup(text);
	return sentence;
}

CartonaSentence *
cartona_words_make(CartonaWord word,...)
{
	CartonaSentence *sentence = palloc0(sizeof(CartonaSentence));
	const CartonaSentence *part;
	va_list		args;
	int			n = 0;

	sentence->word = word;
	va_start(args, word);
	while ((part = va_arg(args, const CartonaSentence *)) != NULL)
	{
		if (n == MAX_PARTS)
			elog(ERROR, "sentence %d has too many parts", (int) word);
		sentence->parts[n++] = part;
	}
	va_end(args);
	return sentence;
}

const char *
cartona_words_plain(CartonaWord word, const char *lang)
{
	bool		arabic = lang != NULL && strncmp(lang, "ar", 2) == 0 && (lang[2] == '\0' || lang[2] == '_');

	return words[word][arabic ? 1 : 0];
}

/* All of them, for the screens (ui/translate.sql). */
Datum
cartona_sql_words(PG_FUNCTION_ARGS)
{
	Datum		texts[2 * WORD_COUNT];
	int			i;

	for (i = 0; i < WORD_COUNT; i++)
	{
		texts[2 * i] = CStringGetTextDatum(words[i][0]);
		texts[2 * i + 1] = CStringGetTextDatum(words[i][1]);
	}
	PG_RETURN_ARRAYTYPE_P(construct_array(texts, lengthof(texts), TEXTOID, -1, false, TYPALIGN_INT));
}

static void
append(StringInfo out, const CartonaSentence *sentence, const char *lang)
{
	const char *at;

	if (sentence->text != NULL)
	{
		appendStringInfoString(out, sentence->text);
		return;
	}
	for (at = cartona_words_plain(sentence->word, lang); *at != '\0'; at++)
	{
		int			part = at[0] == '{' && at[1] >= '1' && at[1] <= '0' + MAX_PARTS && at[2] == '}' ? at[1] - '1' : -1;

		if (part < 0)
		{
			appendStringInfoChar(out, *at);
			continue;
		}
		if (sentence->parts[part] == NULL)
			elog(ERROR, "sentence %d lacks part %d", (int) sentence->word, part + 1);
		append(out, sentence->parts[part], lang);
		at += 2;
	}
}

char *
cartona_words_say(const CartonaSentence *sentence, const char *lang)
{
	StringInfoData out;

	initStringInfo(&out);
	append(&out, sentence, lang);
	return out.data;
}
