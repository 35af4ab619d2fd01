"""The twin test's cases: each a shop, a customer and an order, made twice.

Role: the table of cases for twin_inside.py (twin_levels.py adds those of what goes out); a case is a function that takes a
Twin, prepares through its ORM and calls compare().

What the twin is told rather than left to decide is what a person (or the
account) decides: the customer, the order's time, the prices, and the
salesperson and the team where the customer has none: then an order of
Cartona's has none, while Odoo would enter the technical user and his team.
"""
CASES = []


def case(title, needs=None):
    """A case; "needs": a module without which it cannot be told."""
    def add(function):
        CASES.append((title, needs, function))
        return function
    return add


NEW = {'retailer_code': 'N1', 'retailer_name': 'بقالة أم فاطمة', 'retailer_number': '01001234567',
       'retailer_number2': '01007654321', 'retailer_email': 'Shop@Example.com',
       'retailer_address': '12 شارع النيل', 'address_notes': 'next to the mosque'}

# Prices and quantities that do not come out even.
ODD = ((3, '33.33'), ('1.5', '7.15'), (7, '0.99'), ('0.25', '1234.56'))


# ---------------------------------------------------------------------------
# customers made by the import
# ---------------------------------------------------------------------------

@case('a new customer, two products')
def new_customer(t):
    t.compare([(t.product('tea', 100, [t.tax(14)]), 3, '33.33'), (t.product('sugar', 20), '1.5', '7.10')],
              retailer=NEW)


@case('a new customer with a name and nothing else')
def bare_customer(t):
    t.compare([(t.product(), 1, '10')], retailer={'retailer_code': 'N2', 'retailer_name': 'x'})


@case('a new customer, in a company of Egypt')
def egyptian_customer(t):
    t.second_company()
    t.compare([(t.product(), 1, '10')], retailer=NEW)


@case('a new customer, in a shop whose language is Arabic')
def arabic_customer(t):
    t.language('ar_001')
    t.company.partner_id.lang = 'ar_001'
    product = t.product('tea', 100, default_code='T1')
    product.product_tmpl_id.with_context(lang='ar_001').write({'name': 'شاي', 'description_sale': 'أسود'})
    t.compare([(product, 1, '10')], retailer=NEW)


@case("the shop's own defaults for customers")
def customer_defaults(t):
    t.set_default('res.partner', 'industry_id', t.env['res.partner.industry'].search([], limit=1).id)
    t.set_default('res.partner', 'ref', 'from the default')
    t.set_default('res.partner', 'color', 4)
    t.set_default('res.partner', 'is_company', True)
    t.compare([(t.product(), 1, '10')], retailer=NEW)


# ---------------------------------------------------------------------------
# taxes
# ---------------------------------------------------------------------------

TAX_SETS = {
    'percent': lambda t, i: [t.tax(14, included=i)],
    'fixed': lambda t, i: [t.tax(1.37, 'fixed', included=i)],
    'division': lambda t, i: [t.tax(12.5, 'division', included=i)],
    'group': lambda t, i: [t.group_tax(t.tax(5, included=i), t.tax(2.5, included=i, sequence=2))],
    'percent and fixed': lambda t, i: [t.tax(14, included=i, sequence=1), t.tax(0.5, 'fixed', included=i, sequence=2)],
    'two percentages': lambda t, i: [t.tax(10, included=i, sequence=1), t.tax(4.5, included=i, sequence=2)],
    'one on top of the other': lambda t, i: [
        t.tax(10, included=i, sequence=1, include_base_amount=True), t.tax(5, included=i, sequence=2)],
    'one that is not on top': lambda t, i: [
        t.tax(10, included=i, sequence=1, include_base_amount=True), t.tax(5, included=i, sequence=2, is_base_affected=False)],
    'included and excluded': lambda t, i: [t.tax(10, included=True, sequence=1), t.tax(5, included=i, sequence=2)],
}


def tax_case(kind, rounding, included):
    @case('taxes: %s, %s, %s' % (kind, rounding.replace('_', ' '), 'in the price' if included else 'on top'))
    def taxes(t):
        t.company.tax_calculation_rounding_method = rounding
        made = TAX_SETS[kind](t, included)
        product, plain = t.product('tea', 100, made), t.product('sugar', 20)
        t.compare([(product, amount, price) for amount, price in ODD] + [(plain, 2, '3.05')],
                  partner=t.customer())


for _kind in TAX_SETS:
    for _rounding in ('round_per_line', 'round_globally'):
        for _included in (False, True):
            tax_case(_kind, _rounding, _included)


@case('taxes: archived ones, purchase taxes and those of another company do not count')
def other_taxes(t):
    taxes = [t.tax(14), t.tax(5, type_tax_use='purchase'), t.tax(3, active=False)]
    product = t.product('tea', 100, taxes)
    company = t.company
    t.second_company()
    product.product_tmpl_id.taxes_id |= t.tax(20)
    t.use_company(company)
    t.set_account(company_id=company.id, currency=company.currency_id.name)
    t.compare([(product, 3, '33.33')], partner=t.customer())


def paid_case(kind, rounding, included):
    """price_includes_tax: Cartona's price is what the retailer pays, whatever the taxes are."""
    @case('the price is what the retailer pays: %s, %s, %s'
          % (kind, rounding.replace('_', ' '), 'in the price' if included else 'on top'))
    def paid(t):
        t.company.tax_calculation_rounding_method = rounding
        t.set_account(price_includes_tax=True)
        # taxes on top: the unit price has more digits than money has
        if not included:
            t.digits('Product Price', 6)
        product = t.product('tea', 100, TAX_SETS[kind](t, included))
        # until Odoo 17 the base of each line is rounded, whatever the method
        unrounded = rounding == 'round_globally' and t.has('account.tax', 'price_include_override')
        t.compare([(product, 3, '33.33'), (product, 12, '5.75'), (t.product('sugar'), 2, '3.05')],
                  partner=t.customer(), paid='exactly' if included or unrounded else 'nearly')


for _kind in ('percent', 'fixed', 'division', 'group', 'percent and fixed', 'one on top of the other'):
    for _rounding in ('round_per_line', 'round_globally'):
        for _included in (False, True):
            paid_case(_kind, _rounding, _included)


# ---------------------------------------------------------------------------
# companies and currencies
# ---------------------------------------------------------------------------

@case('a second company with its own warehouse, taxes, sequence and currency')
def second_company(t):
    product = t.product('tea', 100, [t.tax(14)], company_id=False)
    t.second_company(quotation_validity_days=3)
    product.product_tmpl_id.taxes_id |= t.tax(20)
    t.sequence(prefix='SEC/', padding=4, company_id=t.company.id)
    t.compare([(product, 3, '33.33')], partner=t.customer())


@case('a branch of a company, with the taxes of that one')
def branch(t):
    if not t.has('res.company', 'parent_path'):
        return      # a company above another has no say until Odoo 17
    taxes = [t.tax(14), t.tax(5, sequence=2)]
    product, without = t.product('tea', 100, taxes), t.product('sugar', 20)
    main = t.company
    t.second_company(currency=main.currency_id, parent_id=main.id)
    own = t.product('oil', 30, [t.tax(9)])
    own.taxes_id |= taxes[0].with_env(t.env)
    t.compare([(product.with_env(t.env), 3, '33.33'), (without.with_env(t.env), '1.5', '7.10'), (own, 2, '30')], retailer=NEW)


@case('a company with two warehouses, the account names the second')
def second_warehouse(t):
    warehouse = t.create('stock.warehouse', name='second', code='WHX', company_id=t.company.id)
    t.set_account(warehouse_id=warehouse.id)
    t.compare([(t.product(), 1, '10')], partner=t.customer(), given={'warehouse_id': warehouse.id})


def currency_case(name, prices):
    @case('a company in %s' % name)
    def currency(t):
        t.second_company(currency=t.env.ref('base.' + name))
        tax, fixed = t.tax(14, sequence=1), t.tax(1.337, 'fixed', sequence=2)
        product, other = t.product('tea', 100, [tax]), t.product('oil', 100, [tax, fixed])
        for rounding in ('round_per_line', 'round_globally'):
            t.company.tax_calculation_rounding_method = rounding
            t.compare([(product, 3, prices[0]), (other, '1.5', prices[1]), (product, 7, prices[2])],
                      partner=t.customer())

    @case('a pricelist in %s' % name)
    def pricelist(t):
        foreign = t.env.ref('base.' + name)
        foreign.active = True
        t.create('res.currency.rate', currency_id=foreign.id, rate=3.7037037, name='2020-01-01',
                 company_id=t.company.id)
        customer = t.customer()
        customer.property_product_pricelist = t.create(
            'product.pricelist', name=name, currency_id=foreign.id)
        t.set_account(currency=name)
        product = t.product('tea', 100, [t.tax(14)])
        t.compare([(product, 3, prices[0]), (product, '1.5', prices[1]), (product, 7, prices[2])],
                  partner=customer)


currency_case('EUR', ('33.33', '7.15', '0.99'))
currency_case('JPY', ('333', '71.5', '9'))
currency_case('KWD', ('3.33', '0.75', '12.25'))


@case('the company has a rate of its own')
def own_rate(t):
    euro = t.env.ref('base.EUR')
    euro.active = True
    for date, rate in (('2020-01-01', 0.9), ('2021-01-01', 1.237)):
        t.create('res.currency.rate', currency_id=euro.id, rate=rate, name=date, company_id=t.company.id)
    t.create('res.currency.rate', currency_id=t.company.currency_id.id, rate=1.5, name='2020-01-01',
             company_id=t.company.id)
    customer = t.customer()
    customer.property_product_pricelist = t.create('product.pricelist', name='E', currency_id=euro.id)
    t.set_account(currency='EUR')
    t.compare([(t.product(), 3, '33.33')], partner=customer)


@case('prices of four digits, quantities of three')
def digits(t):
    t.digits('Product Price', 4)
    t.digits('Product Unit', 3)
    t.digits('Product Unit of Measure', 3)
    tax = t.tax(14)
    t.compare([(t.product('tea', 100, [tax]), '1.125', '33.3333'), (t.product('oil', 9, [tax]), '0.333', '7.0005')],
              partner=t.customer())


# ---------------------------------------------------------------------------
# pricelists and discounts
# ---------------------------------------------------------------------------

@case('the pricelist feature is on: a known customer and a new one')
def pricelist_feature(t):
    t.group_on('product.group_product_pricelist')
    t.compare([(t.product(), 3, '33.33')], partner=t.customer())
    t.compare([(t.product(), 3, '33.33')], retailer=NEW)


@case('the pricelist feature is on, the company has pricelists by country')
def pricelist_country(t):
    t.group_on('product.group_product_pricelist')
    group = t.create('res.country.group', name='here', country_ids=[(6, 0, [t.env.ref('base.eg').id])])
    t.create('product.pricelist', name='first', sequence=1, currency_id=t.company.currency_id.id)
    t.create('product.pricelist', name='Egypt', sequence=99, currency_id=t.company.currency_id.id,
             country_group_ids=[(6, 0, [group.id])])
    t.compare([(t.product(), 3, '33.33')], partner=t.customer(country_id=t.env.ref('base.eg').id))
    t.compare([(t.product(), 3, '33.33')], partner=t.customer(country_id=t.env.ref('base.ma').id))


@case('a pricelist of the customer')
def own_pricelist(t):
    t.group_on('product.group_product_pricelist')
    customer = t.customer()
    customer.property_product_pricelist = t.create(
        'product.pricelist', name='mine', currency_id=t.company.currency_id.id)
    t.compare([(t.product(), 3, '33.33')], partner=customer)


@case('a pricelist with a discount: the price of Cartona is final')
def discount(t):
    t.group_on('product.group_product_pricelist')
    for xmlid in ('sale.group_discount_per_so_line', 'product.group_discount_per_so_line'):
        if t.env.ref(xmlid, raise_if_not_found=False):
            t.group_on(xmlid)
    rule = {'compute_price': 'percentage', 'percent_price': 10.0, 'applied_on': '3_global'}
    customer = t.customer()
    customer.property_product_pricelist = t.create(
        'product.pricelist', name='ten off', currency_id=t.company.currency_id.id,
        item_ids=[(0, 0, rule)], discount_policy='without_discount')
    t.compare([(t.product('tea', 100, [t.tax(14)]), 3, '33.33')], partner=customer,
              line_given={'discount': 0.0})


# ---------------------------------------------------------------------------
# the order's number
# ---------------------------------------------------------------------------

@case('numbers: a sequence of the company beside the general one')
def sequence_company(t):
    t.sequence(prefix='C/', padding=7, company_id=t.company.id)
    t.compare([(t.product(), 1, '10')], partner=t.customer())


@case('numbers: without gaps, in steps of five')
def sequence_no_gap(t):
    t.sequence(prefix='G', padding=3, implementation='no_gap', number_next=77, number_increment=5,
               company_id=t.company.id)
    t.increment = 5
    t.compare([(t.product(), 1, '10')], partner=t.customer())


@case('numbers: a prefix and a suffix with every kind of placeholder')
def sequence_pattern(t):
    t.sequence(prefix='S%(year)s-%(y)s/%(month)s/%(day)s/%(doy)s/%(woy)s/%(weekday)s/%(h24)s/%(h12)s %%/',
               suffix='-%(range_year)s-%(current_month)s%%', padding=5, company_id=t.company.id)
    t.number_at = 9
    t.compare([(t.product(), 1, '10')], partner=t.customer())


@case('numbers: a range of dates for each year, not there yet')
def sequence_ranges(t):
    t.sequence(prefix='%(range_year)s/%(range_month)s/%(range_day)s/', padding=4, use_date_range=True,
               company_id=t.company.id)
    t.compare([(t.product(), 1, '10')], partner=t.customer())
    t.compare([(t.product(), 1, '10')], partner=t.customer(), more={'created_at': '2024-07-01T10:00:00Z'})


@case('numbers: given ranges of dates, without gaps')
def sequence_given_ranges(t):
    sequence = t.sequence(prefix='%(range_year)s-%(range_month)s/', padding=3, use_date_range=True,
                          implementation='no_gap', number_increment=2, company_id=t.company.id)
    for start, end, number in (('2024-01-01', '2024-06-30', 10), ('2024-07-01', '2024-12-31', 500)):
        t.create('ir.sequence.date_range', sequence_id=sequence.id, date_from=start, date_to=end,
                 number_next=number)
    t.increment = 2
    t.compare([(t.product(), 1, '10')], partner=t.customer(), more={'created_at': '2024-06-30T10:00:00Z'})
    t.compare([(t.product(), 1, '10')], partner=t.customer(), more={'created_at': '2024-07-01T10:00:00Z'})


@case('numbers: at the turn of the year, by the clock of the salesperson')
def sequence_timezone(t):
    t.sequence(prefix='%(range_year)s/', padding=3, use_date_range=True, company_id=t.company.id)
    seller = t.salesperson()
    seller.tz = 'Africa/Cairo'
    t.set_account(user_id=seller.id)
    t.clock('Africa/Cairo')
    t.compare([(t.product(), 1, '10')], partner=t.customer(), more={'created_at': '2023-12-31T22:30:00Z'},
              given={'user_id': seller.id}, of_user=seller)


@case('numbers: no sequence at all')
def sequence_none(t):
    t.env['ir.sequence'].search([('code', '=', 'sale.order')]).write({'active': False})
    t.compare([(t.product(), 1, '10')], partner=t.customer())


# ---------------------------------------------------------------------------
# what an order takes from a known customer
# ---------------------------------------------------------------------------

@case('a known customer')
def known_customer(t):
    t.compare([(t.product('tea', 100, [t.tax(14)]), 3, '33.33')], partner=t.customer())


@case('a fiscal position of the customer')
def fiscal_position(t):
    home, away = t.tax(14), t.tax(5)
    position = t.fiscal_position(home, away)
    customer = t.customer()
    customer.property_account_position_id = position
    t.compare([(t.product('tea', 100, [home]), 3, '33.33'), (t.product('oil', 50, [t.tax(3)]), 1, '10')],
              partner=customer)


@case('a fiscal position that takes a tax away')
def fiscal_position_none(t):
    home = t.tax(14)
    position = t.fiscal_position(home, None)
    customer = t.customer()
    customer.property_account_position_id = position
    t.compare([(t.product('tea', 100, [home]), 3, '33.33')], partner=customer)


@case('a fiscal position, from a tax in the price to one on top')
def fiscal_position_included(t):
    home, away = t.tax(14, included=True), t.tax(5)
    customer = t.customer()
    customer.property_account_position_id = t.fiscal_position(home, away)
    t.compare([(t.product('tea', 100, [home]), 3, '33.33')], partner=customer)


@case('a fiscal position found by the country')
def fiscal_position_auto(t):
    home, away = t.tax(14), t.tax(5)
    t.fiscal_position(home, away, auto_apply=True, country_id=t.env.ref('base.eg').id)
    customer = t.customer(country_id=t.env.ref('base.eg').id)
    t.compare([(t.product('tea', 100, [home]), 3, '33.33')], partner=customer)
    t.compare([(t.product('tea', 100, [home]), 3, '33.33')],
              partner=t.customer(country_id=t.env.ref('base.ma').id))
    t.compare([(t.product('tea', 100, [home]), 3, '33.33')], partner=t.customer())


@case('fiscal positions by group of countries, by zip, by VAT')
def fiscal_position_rules(t):
    home, away = t.tax(14), t.tax(5)
    egypt, morocco = t.env.ref('base.eg'), t.env.ref('base.ma')
    group = t.create('res.country.group', name='both', country_ids=[(6, 0, [egypt.id, morocco.id])])
    t.fiscal_position(home, away, name='group', auto_apply=True, country_group_id=group.id, sequence=1)
    t.fiscal_position(home, None, name='zip', auto_apply=True, country_id=egypt.id, zip_from='11000',
                      zip_to='11999', sequence=2)
    t.fiscal_position(home, away, name='vat', auto_apply=True, country_id=morocco.id, vat_required=True, sequence=3)
    for values in ({'country_id': egypt.id}, {'country_id': egypt.id, 'zip': '11500'},
                   {'country_id': egypt.id, 'zip': '22000'}, {'country_id': morocco.id},
                   {'country_id': morocco.id, 'vat': '12345678'}, {'country_id': t.env.ref('base.us').id}):
        t.compare([(t.product('tea', 100, [home]), 3, '33.33')], partner=t.customer(**values))


@case('a fiscal position of the delivery address')
def fiscal_position_delivery(t):
    home, away = t.tax(14), t.tax(5)
    customer = t.customer()
    child = t.customer('back door', parent_id=customer.id, type='delivery')
    child.property_account_position_id = t.fiscal_position(home, away)
    t.compare([(t.product('tea', 100, [home]), 3, '33.33')], partner=customer)


@case('a payment term of the customer')
def payment_term(t):
    customer = t.customer()
    customer.property_payment_term_id = t.create('account.payment.term', name='45 days')
    t.compare([(t.product('tea', 100, [t.tax(14)]), 3, '33.33')], partner=customer)


@case('a payment term with a discount for early payment')
def early_discount(t):
    if not t.has('account.payment.term', 'early_discount'):
        return
    for computation in ('included', 'excluded', 'mixed'):
        customer = t.customer()
        customer.property_payment_term_id = t.create(
            'account.payment.term', name=computation, early_discount=True, discount_percentage=2.0,
            discount_days=7, early_pay_discount_computation=computation)
        for rounding in ('round_per_line', 'round_globally'):
            t.company.tax_calculation_rounding_method = rounding
            t.compare([(t.product('tea', 100, [t.tax(14)]), 3, '33.33')], partner=customer)


@case('a preferred way of payment of the customer')
def preferred_payment(t):
    if not t.has('sale.order', 'preferred_payment_method_line_id'):
        return
    customer = t.customer()
    customer.property_inbound_payment_method_line_id = t.env['account.payment.method.line'].search(
        [('payment_type', '=', 'inbound'), ('company_id', '=', t.company.id)], limit=1)
    t.compare([(t.product(), 3, '33.33')], partner=customer)


@case('a general payment term and fiscal position, for customers without their own')
def general_properties(t):
    home, away = t.tax(14), t.tax(5)
    t.general_property('property_payment_term_id', t.create('account.payment.term', name='45 days'))
    t.general_property('property_account_position_id', t.fiscal_position(home, away))
    t.compare([(t.product('tea', 100, [home]), 3, '33.33')], partner=t.customer())
    t.compare([(t.product('tea', 100, [home]), 3, '33.33')], retailer=NEW)


@case('a salesperson of the customer, with a team')
def salesperson(t):
    seller = t.salesperson(team='his team')
    t.compare([(t.product(), 3, '33.33')], partner=t.customer(user_id=seller.id))


@case('a salesperson of the customer, without a team')
def salesperson_alone(t):
    t.compare([(t.product(), 3, '33.33')], partner=t.customer(user_id=t.salesperson().id))


@case('salesperson and team of the account')
def account_salesperson(t):
    seller = t.salesperson(team='his team')
    team = t.create('crm.team', name='Cartona')
    t.set_account(user_id=seller.id, team_id=team.id)
    t.compare([(t.product(), 3, '33.33')], partner=t.customer(),
              given={'user_id': seller.id, 'team_id': team.id})
    t.set_account(team_id=None)
    t.compare([(t.product(), 3, '33.33')], partner=t.customer(), given={'user_id': seller.id}, of_user=seller)


@case('invoice and delivery addresses below the customer')
def addresses(t):
    customer = t.customer()
    t.customer('office', parent_id=customer.id, type='invoice')
    t.customer('back door', parent_id=customer.id, type='delivery')
    t.customer('another door', parent_id=customer.id, type='delivery')
    t.compare([(t.product(), 1, '10')], partner=customer)


@case('a parent company with addresses')
def parent_company(t):
    parent = t.customer('chain', is_company=True)
    t.customer('its office', parent_id=parent.id, type='invoice')
    t.customer('its store', parent_id=parent.id, type='delivery')
    parent.user_id = t.salesperson(team='his team')
    parent.property_payment_term_id = t.create('account.payment.term', name='45 days')
    t.compare([(t.product(), 1, '10')], partner=t.customer('branch', parent_id=parent.id))


@case('a customer who reads Arabic')
def arabic_reader(t):
    t.language('ar_001')
    product = t.product('tea', 100, default_code='T1', description_sale='black\ntea')
    product.product_tmpl_id.with_context(lang='ar_001').write({'name': 'شاي', 'description_sale': 'شاي أسود'})
    t.compare([(product, 1, '10'), (t.product('sugar'), 1, '5')], partner=t.customer(lang='ar_001'))


# ---------------------------------------------------------------------------
# products
# ---------------------------------------------------------------------------

@case('products: with a reference, a description, a lead time')
def product_texts(t):
    t.compare([(t.product('tea', 100, default_code='T1'), 1, '10'),
               (t.product('tea', 100, description_sale='black\ntea'), 1, '10'),
               (t.product('tea', 100, default_code='', description_sale='', sale_delay=5), 1, '10'),
               (t.product('tea <b> & "x"', 100, default_code='T<2>', description_sale='  spaces  '), 1, '10')],
              partner=t.customer())


@case('products: a service, a consumable')
def product_kinds(t):
    t.compare([(t.product('advice', 100, kind='service'), 1, '10'),
               (t.product('paper', 100, kind='consu'), 1, '10')], partner=t.customer())


@case('products: variants by two attributes')
def variants(t):
    product = t.variants(('colour', ('black', 'green')), ('size', ('small', 'large')))
    t.compare([(v, 1, '10') for v in product.product_variant_ids], partner=t.customer())


@case('products: attributes with one value, and such that make no variant')
def no_variants(t):
    first = t.variants(('colour', ('black', 'green')), ('origin', ('Kenya',)))
    second = t.variants(('colour', ('black', 'green')), ('wrapping', ('gift', 'plain'), 'no_variant'))
    third = t.variants(('origin', ('Kenya',)), ('wrapping', ('plain',), 'no_variant'))
    t.compare([(first.product_variant_ids[0], 1, '10'), (second.product_variant_ids[1], 1, '10'),
               (third.product_variant_ids[0], 1, '10')], partner=t.customer())


@case('products: variants in Arabic')
def arabic_variants(t):
    t.language('ar_001')
    product = t.variants(('colour', ('black', 'green')))
    product.with_context(lang='ar_001').name = 'شاي'
    for value in product.attribute_line_ids.value_ids:
        value.with_context(lang='ar_001').name = 'لون ' + value.name
    t.compare([(v, 1, '10') for v in product.product_variant_ids], partner=t.customer(lang='ar_001'))


@case("products: the customer's own name for a product")
def seller_name(t):
    # a supplier's name for the product is for purchases only
    product = t.product('tea', default_code='T1')
    customer = t.customer()
    supplier = {'product_tmpl_id': product.product_tmpl_id.id, 'product_name': 'their tea', 'product_code': 'X9'}
    supplier['partner_id' if t.has('product.supplierinfo', 'partner_id') else 'name'] = customer.id
    t.create('product.supplierinfo', **supplier)
    t.compare([(product, 1, '10')], partner=customer)


@case('products: sold by the dozen')
def units(t):
    t.compare([(t.product('eggs', 24, **t.unit('uom.product_uom_dozen')), 2, '24')], partner=t.customer())


@case('products: invoiced by what is delivered')
def invoice_policy(t):
    t.compare([(t.product('tea', invoice_policy='delivery'), 1, '10'),
               (t.product('tea', invoice_policy='order'), 1, '10')], partner=t.customer())


@case('products: a kit', needs='sale_mrp')
def kit(t):
    product, part = t.product('basket'), t.product('apple')
    t.create('mrp.bom', product_tmpl_id=product.product_tmpl_id.id, type='phantom', product_qty=1,
             bom_line_ids=[(0, 0, {'product_id': part.id, 'product_qty': 3})])
    t.compare([(product, 2, '10')], partner=t.customer())


@case('products: a service by timesheets, and by milestones', needs='sale_timesheet')
def timesheet_service(t):
    hours = t.product('hours', 50, kind='service', service_type='timesheet', invoice_policy='delivery',
                      **t.unit('uom.product_uom_hour'))
    steps = t.product('project', 50, kind='service', service_type='milestones' if t.version != '14' else 'manual',
                      invoice_policy='delivery')
    t.compare([(hours, 5, '50'), (steps, 1, '500')], partner=t.customer())


@case('products: with a weight', needs='delivery')
def weight(t):
    t.compare([(t.product('tea', weight=2.5), 3, '10')], partner=t.customer())


@case('products: with a cost', needs='sale_margin')
def margin(t):
    tax = t.tax(14)
    product = t.product('tea', 100, [tax])
    product.standard_price = 40
    service = t.product('advice', 30, kind='service')
    service.standard_price = 11
    t.compare([(product, 3, '33.33'), (service, 1, '25')], partner=t.customer())


@case('products: an analytic account')
def analytic(t):
    t.analytic_rule()
    t.compare([(t.product('tea'), 1, '10')], partner=t.customer())


@case('two lines of the same product, at different prices')
def offer(t):
    product = t.product('tea', 100, [t.tax(14)])
    t.compare([(product, 3, '33.33'), (product, 5, '40')], partner=t.customer())


@case('forty lines')
def long_order(t):
    tax, other = t.tax(14, sequence=1), t.tax(5, sequence=2)
    products = [t.product('p%d' % n, 10, [tax] if n % 2 else [tax, other]) for n in range(8)]
    t.compare([(products[n % 8], 1 + n % 5, '%d.%02d' % (n, (n * 37) % 100)) for n in range(1, 41)],
              partner=t.customer())


# ---------------------------------------------------------------------------
# settings
# ---------------------------------------------------------------------------

@case("the shop's own defaults for orders and lines")
def order_defaults(t):
    t.set_default('sale.order', 'picking_policy', 'one')
    t.set_default('sale.order', 'incoterm', t.env['account.incoterms'].search([], limit=1).id)
    t.set_default('sale.order', 'reference', 'from the default')
    t.compare([(t.product(), 1, '10')], partner=t.customer())


@case("the shop's own defaults: tags and categories")
def link_defaults(t):
    tags = [t.create('crm.tag', name='tag %d' % n) for n in range(3)]
    kinds = [t.create('res.partner.category', name='kind %d' % n) for n in range(3)]
    t.set_default('sale.order', 'tag_ids', [tags[0].id, tags[2].id])
    t.set_default('sale.order', 'tag_ids', [tags[1].id], user_id=t.salesperson().id)
    t.set_default('res.partner', 'category_id', [kind.id for kind in kinds])
    t.compare([(t.product(), 1, '10')], retailer=NEW)
    t.set_default('sale.order', 'tag_ids', [tags[1].id, tags[2].id], company_id=t.company.id)
    t.compare([(t.product(), 1, '10')], partner=t.customer())
    # archived: what the default names stays
    kinds[0].active = False
    t.compare([(t.product(), 1, '10')], retailer=dict(NEW, retailer_code='N3'))


@case("the shop's own defaults: archived and deleted")
def gone_defaults(t):
    incoterms = t.env['account.incoterms'].search([], limit=2)
    t.set_default('sale.order', 'incoterm', incoterms[0].id)
    incoterms[0].active = False
    industry = t.create('res.partner.industry', name='gone')
    t.set_default('res.partner', 'industry_id', industry.id)
    t.compare([(t.product(), 1, '10')], retailer=NEW)
    incoterms[0].unlink()
    industry.unlink()
    t.compare([(t.product(), 1, '10')], retailer=dict(NEW, retailer_code='N3'))


# ---------------------------------------------------------------------------
# orders that Odoo makes (order_writer)
# ---------------------------------------------------------------------------

# null or false, which are the same: Odoo 14's form sends false, create() nothing
BY_CREATE = ('sale_order.show_update_pricelist',)


@case('made by Odoo: a new customer, two products')
def by_odoo(t):
    t.made_by_odoo()
    t.compare([(t.product('tea', 100, [t.tax(14)]), 3, '33.33'), (t.product('sugar', 20), '1.5', '7.10')],
              retailer=NEW, allowed=BY_CREATE)


@case('made by Odoo: a branch of a company, with the taxes of that one')
def by_odoo_branch(t):
    t.made_by_odoo()
    branch(t)


@case('made by Odoo: the day, by the clock of the salesperson')
def by_odoo_clock(t):
    t.sequence(prefix='%(range_year)s/', padding=3, use_date_range=True, company_id=t.company.id)
    seller = t.salesperson()
    seller.tz = 'Africa/Cairo'
    t.made_by_odoo()
    t.set_account(user_id=seller.id)
    t.clock('Africa/Cairo')
    t.compare([(t.product(), 1, '10')], retailer=NEW, more={'created_at': '2023-12-31T22:30:00Z'},
              given={'user_id': seller.id}, of_user=seller,
              # an order with a salesperson has Odoo prepare an invitation for its customer
              allowed=BY_CREATE + ('res_partner.signup_type',))


# Where the account names no warehouse.

@case("the warehouse: the shop's default")
def warehouse_default(t):
    seller = t.salesperson()
    t.set_account(user_id=seller.id)
    t.set_default('sale.order', 'warehouse_id', t.warehouse('W2').id)
    t.compare([(t.product(), 1, '10')], partner=t.customer(), typed_by=seller)
    t.set_default('sale.order', 'warehouse_id', t.warehouse('W3').id, company_id=t.company.id)
    t.compare([(t.product(), 1, '10')], partner=t.customer(), typed_by=seller)
    t.set_default('sale.order', 'warehouse_id', t.warehouse('W4').id, user_id=t.salesperson().id)
    t.compare([(t.product(), 1, '10')], partner=t.customer(), typed_by=seller)
    t.set_default('sale.order', 'warehouse_id', t.warehouse('W5').id, user_id=seller.id)
    t.compare([(t.product(), 1, '10')], partner=t.customer(), typed_by=seller)
    seller.property_warehouse_id = t.warehouse('W6')
    t.compare([(t.product(), 1, '10')], partner=t.customer(), typed_by=seller)


@case("the warehouse: the salesperson's default")
def warehouse_of_salesperson(t):
    seller = t.salesperson()
    seller.property_warehouse_id = t.warehouse('W2')
    t.set_account(user_id=seller.id)
    t.compare([(t.product(), 1, '10')], partner=t.customer(), typed_by=seller)
    t.set_account(user_id=None)
    t.compare([(t.product(), 1, '10')], partner=t.customer(user_id=seller.id))
    t.compare([(t.product(), 1, '10')], partner=t.customer())


@case('the warehouse: defaults that are archived')
def warehouse_archived(t):
    seller = t.salesperson()
    t.set_account(user_id=seller.id)
    seller.property_warehouse_id = own = t.warehouse('W2')
    own.active = False
    t.compare([(t.product(), 1, '10')], partner=t.customer(), typed_by=seller)
    shop = t.warehouse('W3')
    t.set_default('sale.order', 'warehouse_id', shop.id)
    shop.active = False
    t.compare([(t.product(), 1, '10')], partner=t.customer(), typed_by=seller)


@case('no validity, no signature, no payment')
def portal_off(t):
    # Odoo 14 knows no company without a validity, and switches it off elsewhere
    t.company.write({'quotation_validity_days': 1 if t.version == '14' else 0, 'portal_confirmation_sign': False, 'portal_confirmation_pay': False})
    t.compare([(t.product(), 1, '10')], partner=t.customer())


@case('validity of a week, signature, part payment')
def portal_on(t):
    t.parameter('sale.use_quotation_validity_days', 'True')
    t.company.write({'quotation_validity_days': 7, 'portal_confirmation_sign': True, 'portal_confirmation_pay': True})
    if t.has('res.company', 'prepayment_percent'):
        t.company.prepayment_percent = 0.25
    t.compare([(t.product(), 1, '10')], partner=t.customer())


@case('terms and conditions')
def terms(t):
    t.parameter('account.use_invoice_terms', 'True')
    t.company.invoice_terms = 'Pay & <b>smile</b>'
    t.compare([(t.product(), 1, '10')], partner=t.customer())


@case('terms and conditions in Arabic')
def arabic_terms(t):
    t.language('ar_001')
    t.parameter('account.use_invoice_terms', 'True')
    t.company.invoice_terms = 'Pay'
    if t.env['res.company']._fields['invoice_terms'].translate:
        t.company.with_context(lang='ar_001').invoice_terms = 'ادفع'
    t.compare([(t.product(), 1, '10')], partner=t.customer(lang='ar_001'))


@case('terms and conditions as a page of their own')
def terms_page(t):
    if not t.has('res.company', 'terms_type'):
        return
    t.parameter('account.use_invoice_terms', 'True')
    t.company.write({'terms_type': 'html', 'invoice_terms_html': '<h1>Terms</h1>'})
    t.compare([(t.product(), 1, '10')], partner=t.customer())
