/*-------------------------------------------------------------------------
 *
 * money.h
 *	  Exact decimal arithmetic, short to write.
 *
 * Binary floats appear nowhere: Odoo's amounts are decided at the half cent.
 *
 * IDENTIFICATION
 *	  src/odoo/money.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_MONEY_H
#define CARTONA_MONEY_H

#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/numeric.h"

/*
 * Digits behind the point a quotient is computed to: far more than any
 * currency has, so that a tie at the last digit is a true tie.
 */
#define CARTONA_DIVISION_DIGITS 30

static inline Numeric
money_int(int32 value)
{
	return DatumGetNumeric(DirectFunctionCall1(int4_numeric, Int32GetDatum(value)));
}

static inline Numeric
money_add(Numeric a, Numeric b)
{
	return DatumGetNumeric(DirectFunctionCall2(numeric_add, NumericGetDatum(a), NumericGetDatum(b)));
}

static inline Numeric
money_sub(Numeric a, Numeric b)
{
	return DatumGetNumeric(DirectFunctionCall2(numeric_sub, NumericGetDatum(a), NumericGetDatum(b)));
}

static inline Numeric
money_mul(Numeric a, Numeric b)
{
	return DatumGetNumeric(DirectFunctionCall2(numeric_mul, NumericGetDatum(a), NumericGetDatum(b)));
}

/* Half away from zero, as Odoo rounds. */
static inline Numeric
money_round_digits(Numeric a, int32 digits)
{
	return DatumGetNumeric(DirectFunctionCall2(numeric_round, NumericGetDatum(a), Int32GetDatum(digits)));
}

static inline Numeric
money_div(Numeric a, Numeric b)
{
	Numeric		wide = money_round_digits(a, CARTONA_DIVISION_DIGITS);

	return DatumGetNumeric(DirectFunctionCall2(numeric_div, NumericGetDatum(wide), NumericGetDatum(b)));
}

static inline int
money_cmp(Numeric a, Numeric b)
{
	return DatumGetInt32(DirectFunctionCall2(numeric_cmp, NumericGetDatum(a), NumericGetDatum(b)));
}

/* To a multiple of "step": 0.01, 0.001, 1, 0.05. */
static inline Numeric
money_round(Numeric a, Numeric step)
{
	return money_mul(money_round_digits(money_div(a, step), 0), step);
}

/* One unit of the last of "digits" digits behind the point. */
static inline Numeric
money_digit(int32 digits)
{
	char		text[64];

	if (digits <= 0)
		return money_int(1);
	snprintf(text, sizeof(text), "0.%0*d", Min(digits, 50), 1);
	return DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(text), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}

/* From a plain decimal text. */
static inline Numeric
money_parse(const char *text)
{
	return DatumGetNumeric(DirectFunctionCall3(numeric_in, CStringGetDatum(text), ObjectIdGetDatum(InvalidOid), Int32GetDatum(-1)));
}

static inline char *
money_text(Numeric a)
{
	return DatumGetCString(DirectFunctionCall1(numeric_out, NumericGetDatum(a)));
}

#endif							/* CARTONA_MONEY_H */
