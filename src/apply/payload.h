/*-------------------------------------------------------------------------
 *
 * payload.h
 *	  An order as Cartona sent it, read and judged.
 *
 * IDENTIFICATION
 *	  src/apply/payload.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_PAYLOAD_H
#define CARTONA_PAYLOAD_H

#include "datatype/timestamp.h"
#include "utils/jsonb.h"
#include "utils/numeric.h"

#include "odoo/partner.h"

/* What a status says about an order that is not in Odoo yet. */
typedef enum CartonaInbound
{
	CARTONA_INBOUND_IMPORT,		/* make it */
	CARTONA_INBOUND_WAIT,		/* the retailer is editing it */
	CARTONA_INBOUND_CANCELLED	/* never to be made */
} CartonaInbound;

typedef struct CartonaOrderLine
{
	char	   *id;				/* NULL: none */
	char	   *supplier_product_id;	/* NULL: none */
	char	   *internal_product_id;	/* as sent; NULL: none */
	int32		internal_id;	/* the number in it, 0: none */
	char	   *product_name;	/* NULL: none */
	Numeric		amount;
	Numeric		price;
} CartonaOrderLine;

/* Texts are trimmed, without control characters, of a length Odoo's columns and indexes take. */
typedef struct CartonaOrder
{
	char	   *hashed_id;
	char	   *receipt_id;		/* NULL: none */
	char	   *status;			/* a status of Cartona's; "pending" where
								 * missing or unknown */
	char	   *strange_status; /* NULL, or what came instead */
	char	   *delivered_by;
	bool		has_created_at;
	TimestampTz created_at;
	char	   *note_message;	/* NULL: none */
	Numeric		total_price;	/* NULL: none */
	CartonaRetailer retailer;
	CartonaOrderLine *lines;
	int			nlines;
} CartonaOrder;

/* The order's status alone: it decides before anything else must be right. */
extern CartonaInbound cartona_payload_status(Jsonb *payload, char **status, char **strange);

/*
 * Read everything needed to make the order, into the current context.  Throws
 * ERRCODE_DATA_EXCEPTION with a reason a clerk understands.
 */
extern CartonaOrder *cartona_payload_read(const char *hashed_id, Jsonb *payload);

/* The hashed_id of a payload, NULL where there is none that can be used. */
extern char *cartona_payload_hashed_id(Jsonb *payload);

#endif							/* CARTONA_PAYLOAD_H */
