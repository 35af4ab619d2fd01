"""Orders in Arabic by the thousand, the same for the same seed.

Role: turns a request such as {"orders": 1000, "lines": 3, "seed": 7} into
orders as Cartona's retailers would place them.

Neighbours: cartona_simulator.py asks for them, marketplace.py takes them in.

Failure rule: a parameter of the wrong kind is a ValueError or TypeError, which
becomes a 400; nothing was added then.
"""

import random
from datetime import timedelta

from marketplace import iso, now, parse_time

FIRST = ("محمد", "أحمد", "محمود", "مصطفى", "فاطمة", "عبد الرحمن", "إبراهيم",
         "يوسف", "خالد", "مريم", "عمرو", "حسين", "سعيد", "نورا", "طارق")
LAST = ("عبد الله", "السيد", "حسن", "الشرقاوي", "عبد العزيز", "المصري",
        "إسماعيل", "البدوي", "رمضان", "فؤاد", "الجندي", "النجار")
SHOP = ("سوبر ماركت", "بقالة", "ميني ماركت", "هايبر", "محلات", "تموينات")
STREET = ("شارع الجمهورية", "شارع التحرير", "شارع ٢٦ يوليو", "طريق الكورنيش",
          "شارع الهرم", "شارع فيصل", "شارع سعد زغلول", "ميدان المحطة")
CITY = ("القاهرة", "الجيزة", "الإسكندرية", "المنصورة", "طنطا", "أسيوط",
        "الزقازيق", "دمياط", "بورسعيد", "الفيوم")
NOTE = (None, None, "الرجاء الاتصال قبل التوصيل 📞", "بجوار مسجد النور",
        "التسليم بعد الساعة ٥ مساءً 🙏", "الدور الأول، خلف الصيدلية",
        "الدفع نقدًا عند الاستلام 💵")
COMMENT = (None, None, None, "تاريخ صلاحية حديث من فضلك", "بدون كسر 🥚",
           "لو غير متوفر يرجى الإلغاء")
PRODUCT = ("شاي العروسة ٤٠ جم", "سكر أبيض ١ كجم", "أرز مصري ٥ كجم",
           "زيت عباد الشمس ١ لتر", "مكرونة ٤٠٠ جم", "صلصة طماطم ٣٦٠ جم",
           "جبنة بيضاء ٥٠٠ جم", "تونة قطع ١٨٥ جم", "لبن كامل الدسم ١ لتر",
           "مياه معدنية ١٫٥ لتر", "بسكويت سادة", "مسحوق غسيل ٢٫٥ كجم")


def retailers_of(chance, count):
    made = []
    for number in range(1, count + 1):
        owner = "%s %s" % (chance.choice(FIRST), chance.choice(LAST))
        made.append({
            "retailer_code": "G%05d" % number,
            "retailer_name": "%s %s" % (chance.choice(SHOP), owner),
            "retailer_number": "01%d%08d" % (chance.choice((0, 1, 2, 5)),
                                             chance.randrange(10 ** 8)),
            "retailer_number2": None,
            "retailer_email": None,
            "retailer_address": "%d %s، %s" % (chance.randrange(1, 250),
                                               chance.choice(STREET),
                                               chance.choice(CITY)),
            "address_notes": chance.choice(NOTE)})
    return made


def generate(wanted):
    """The orders that `wanted` asks for; see README.md for its members."""
    seed = wanted.get("seed", 1)
    chance = random.Random("cartona-%s" % seed)
    products = wanted.get("products") or [
        {"internal_product_id": str(number + 1),
         "supplier_product_id": "sp-%d" % (number + 1),
         "product_name": name, "price": 10 + 2.5 * number}
        for number, name in enumerate(PRODUCT)]
    retailers = retailers_of(chance, max(1, int(wanted.get("retailers", 10))))
    start = parse_time(wanted["created_at"]) if "created_at" in wanted \
        else now()
    made = []
    for number in range(int(wanted.get("orders", 1))):
        lines = []
        for position in range(int(wanted.get("lines", 2))):
            product = chance.choice(products)
            lines.append({
                "id": int(seed) * 10 ** 7 + number * 100 + position + 1,
                "supplier_product_id": product.get("supplier_product_id"),
                "internal_product_id": product.get("internal_product_id"),
                "product_name": product.get("product_name")
                or chance.choice(PRODUCT),
                "amount": chance.randrange(1, 13),
                "selling_price": product.get("price", 10),
                "comment": chance.choice(COMMENT)})
        made.append({
            "hashed_id": "%016x" % chance.getrandbits(64),
            "receipt_id": int(seed) * 10 ** 6 + number + 1,
            "status": wanted.get("status", "pending"),
            "delivered_by": wanted.get("delivered_by",
                                       "delivered_by_supplier"),
            # A page is ordered by this, so no two are equal.
            "created_at": iso(start + timedelta(milliseconds=number)),
            "note_message": chance.choice(NOTE),
            "retailer": chance.choice(retailers),
            "order_details": lines})
    return made
