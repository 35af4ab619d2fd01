/*-------------------------------------------------------------------------
 *
 * utm.h
 *	  Odoo's UTM source "Cartona", which says where an order came from.
 *
 * IDENTIFICATION
 *	  src/odoo/utm.h
 *-------------------------------------------------------------------------
 */
#ifndef CARTONA_UTM_H
#define CARTONA_UTM_H

/*
 * For a CartonaQuery: its id, null where there is none.  Found by name,
 * whoever made it: a shop's own row is used, not doubled.
 */
#define CARTONA_UTM_SOURCE \
	"{?utm_source|(SELECT min(utm.id) FROM {utm_source} utm WHERE EXISTS" \
	" (SELECT 1 FROM jsonb_each_text(CASE jsonb_typeof(to_jsonb(utm.name)) WHEN 'object' THEN to_jsonb(utm.name)" \
	" ELSE jsonb_build_object('name', utm.name) END) n WHERE lower(n.value) = 'cartona'))|NULL::integer}"

/* True where this Odoo has UTM sources, but not this one.  With SPI, as who may read Odoo's tables. */
extern bool cartona_utm_is_missing(void);

/* Make it where it is missing, as the owner of Odoo's tables. */
extern void cartona_utm_add(void);

#endif							/* CARTONA_UTM_H */
