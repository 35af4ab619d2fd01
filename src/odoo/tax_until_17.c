/*-------------------------------------------------------------------------
 *
 * tax_until_17.c
 *	  What taxes make of a line, as Odoo computed it until 17.
 *
 * The price-included taxes are taken off the price from the last tax to the
 * first; then all are computed forward, and the last included tax of a block is
 * what remains, so that the sum is the price.
 *
 * Neighbours: tax.c chooses it, and has what comes before and after.
 * Transactions: none.  Memory: the caller's context.  Failure: none of its own.
 *
 * IDENTIFICATION
 *	  src/odoo/tax_until_17.c
 *-------------------------------------------------------------------------
 */
#include "postgres.h"

#include "odoo/money.h"
#include "odoo/tax_ways.h"

static Numeric
hundred(void)
{
	return money_int(100);
}

/* A tax computed forward on a base, not included in it. */
static Numeric
forward(const CartonaTax *tax, Numeric base, Numeric quantity)
{
	Numeric		rest;

	switch (tax->kind)
	{
		case CARTONA_TAX_FIXED:
			return money_mul(quantity, tax->amount);
		case CARTONA_TAX_DIVISION:
			rest = money_sub(hundred(), tax->amount);
			if (money_cmp(rest, money_int(0)) == 0)
				return money_int(0);
			return money_sub(money_div(money_mul(base, hundred()), rest), base);
		default:
			return money_div(money_mul(base, tax->amount), hundred());
	}
}

/* What the price-included taxes met so far take out of a base. */
typedef struct Included
{
	Numeric		fixed;
	Numeric		percent;
	Numeric		division;
} Included;

static void
clear_included(Included *included)
{
	included->fixed = included->percent = included->division = money_int(0);
}

static Numeric
without_included(Numeric base, const Included *included)
{
	Numeric		rest = money_sub(base, included->fixed);

	rest = money_div(money_mul(rest, hundred()), money_add(hundred(), included->percent));
	return money_div(money_mul(rest, money_sub(hundred(), included->division)), hundred());
}

/*
 * What is left of the price without the included taxes, met from the last to
 * the first.  A checkpoint is the base that the last included tax of a block
 * was met with: the sum with it is known.
 */
static Numeric
take_out_included(const CartonaTaxMethod *method, const CartonaTaxLine *line, bool exact, Numeric *checkpoints)
{
	Numeric		base = money_mul(line->price, line->quantity);
	Included	included;
	bool		open = true;
	int			i;

	if (!exact)
		base = money_round(base, method->step);
	clear_included(&included);
	for (i = list_length(line->flat) - 1; i >= 0; i--)
	{
		CartonaTax *tax = list_nth(line->flat, i);

		if (tax->include_base)
		{
			base = without_included(base, &included);
			clear_included(&included);
			open = true;
		}
		if (!tax->included)
			continue;
		if (tax->kind == CARTONA_TAX_FIXED)
			included.fixed = money_add(included.fixed, money_mul(line->quantity, tax->amount));
		else if (tax->kind == CARTONA_TAX_DIVISION)
			included.division = money_add(included.division, tax->amount);
		else
			included.percent = money_add(included.percent, tax->amount);
		if (open)
		{
			checkpoints[i] = base;
			open = false;
		}
	}
	base = without_included(base, &included);
	return exact ? base : money_round(base, method->step);
}

void
cartona_tax_until_17(const CartonaTaxMethod *method, CartonaTaxLine *line, bool exact)
{
	int			n = list_length(line->flat);
	Numeric    *checkpoints = palloc0((n + 1) * sizeof(Numeric));

	/*
	 * globally, Odoo rounds a tax at a hundred-thousandth of the currency's
	 * step
	 */
	Numeric		step = method->globally ? money_div(method->step, money_int(100000)) : method->step;
	Numeric		base = take_out_included(method, line, exact, checkpoints);
	Numeric		sum = base;
	Numeric		pending = money_int(0);
	int			i;

	line->base = base;
	for (i = 0; i < n; i++)
	{
		CartonaTax *tax = list_nth(line->flat, i);
		bool		affected = method->rules == CARTONA_TAXES_14 || tax->included || tax->base_affected;
		Numeric		amount;

		if (tax->included && checkpoints[i] != NULL)
		{
			amount = money_sub(checkpoints[i], money_add(base, pending));
			pending = money_int(0);
		}
		else
			amount = forward(tax, affected ? base : line->base, line->quantity);
		if (!exact)
			amount = money_round(amount, step);
		if (tax->included && checkpoints[i] == NULL)
			pending = money_add(pending, amount);
		if (tax->include_base)
			base = money_add(base, amount);
		line->tax_amounts[i] = amount;
		sum = money_add(sum, amount);
	}
	line->total = sum;
}
