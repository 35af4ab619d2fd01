#!/usr/bin/env python3
"""The texts of ours that can come into the lists of inbox, queue and log, one a line.

Role: sql/screens.sql asks of each whether it is said in Arabic.  They are read
from the source: whatever is a sentence, and is neither SQL nor only for the
server's log, may become the reason of a failure; a new one is found by itself.
%s, %d and the like become "x": parts are not ours to translate.

Neighbours: src/ui/arabic.tsv and src/odoo/words.c, which have the Arabic;
src/ui/translate.sql, which looks them up.

Failure: a file that is not there, or a source in which almost nothing is found,
ends it with an error.
"""
import glob
import os
import re
import sys

SRC = os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', 'src')

# Where reasons are made: of what is sent, pulled, imported, or told by the webhook.
FILES = ('apply/*.c', 'base/json.c', 'cartona/*.c', 'http/client.c', 'http/transfer.c', 'inbox/*.c', 'odoo/*.c', 'outbox/*.c', 'pull/*.c',
         'push/*.c', 'webhook/body.c', 'webhook/head.c', 'webhook/intake.c', 'webhook/judge.c', 'webhook/report.c', 'webhook/signature.c')
# Of these: door.c raises to who calls it; attach and bridge talk to the administrator; words.c has its Arabic beside it.
NOT = ('apply/door.c', 'odoo/attach.c', 'odoo/attach_table.c', 'odoo/bridge.c', 'odoo/words.c', 'push/preview.c')

# In a call of one of these a text is no reason.
SILENT = {'AllocSetContextCreate', 'hash_create', 'elog', 'cartona_xact_begin', 'errcontext', 'errdetail_internal', 'errmsg_internal',
          'ereport LOG', 'ereport WARNING', 'ereport NOTICE', 'add_header', 'fact', 'set_answer'}

# No sentences, or not for these lists.
EXEMPT = {
    'cancel by hand', 'deliver by hand', 'delivered but cancelled', 'cancelled but delivered', 'cancelled but invoiced',  # keys of activities
    'the database could not take an event', 'the database is too slow',  # what the health check goes by
    'a list', 'an object',  # in "is no text but a list"
    'direction must be \\"out\\" (Odoo to Cartona) or \\"in\\" (Cartona to Odoo)', 'task %d does not make a customer',  # of functions nobody calls so
    'Cartona retailer %s',  # a name
}

TOKEN = re.compile(r'"((?:[^"\\\n]|\\.)*)"|\'(?:[^\'\\]|\\.)\'|([A-Za-z_]\w*)\s*\(\s*(LOG|WARNING|NOTICE|ERROR)?|([(){};])|(\w+)|(\S)')
SQL = re.compile(r'\b(SELECT|INSERT|UPDATE|DELETE|FROM|WHERE|JOIN|LEFT|UNION|WITH|SET|VALUES|ORDER BY|GROUP BY|AND|OR|NOT|IN|IS|AS|ANY|CASE|WHEN|END|NULL|UNIQUE|DESC|coalesce)\b'
                 r'|::|\$\d|\w\(|^[a-z_]+\.[a-z_]+\b|[<>{}]|\w = |^[^\w%"]|^%s, |^AuthorizationToken|^Content-Type|^Accept|^POST|^GET|^# |&amp;')


# What Odoo's scheduled action raises, and what SQL writes into these tables itself.
RAISED = r"(?:raise Exception\((.*)\)$|str\(error\)\[:2000\] or ('[^'\n]+')|\b(?:last_error|error|note) = [^;\n]*?'([a-z][^'\n]* [^'\n]*)')"


def literals(text):
    """Each text of a C source, its pieces joined, with the calls it stands in."""
    text = re.sub(r'/\*.*?\*/', ' ', text, flags=re.S)
    text = re.sub(r'^[ \t]*#.*$', '', text, flags=re.M)
    calls, said = [], None
    for m in TOKEN.finditer(text):
        if m.group(1) is not None:
            said = (said or '') + m.group(1)
            continue
        if said is not None and m.group(5) in ('INT64_FORMAT', 'UINT64_FORMAT'):
            said += '%d'
            continue
        if said is not None:
            yield said, list(calls)
            said = None
        if m.group(2):
            calls.append(m.group(2) + (' ' + m.group(3) if m.group(2) == 'ereport' and m.group(3) else ''))
        elif m.group(4) == '(':
            calls.append('(')
        elif m.group(4) == ')':
            if calls:
                calls.pop()
        elif m.group(4):
            calls.clear()


def texts():
    for pattern in FILES:
        for name in sorted(glob.glob(os.path.join(SRC, pattern))):
            if os.path.relpath(name, SRC) in NOT:
                continue
            with open(name, encoding='utf-8') as source:
                for said, calls in literals(source.read()):
                    if SILENT & set(calls) or said in EXEMPT or SQL.search(said):
                        continue
                    said = re.sub(r'%(?:[-+ 0#]*[\d*]*(?:\.[\d*]+)?(?:l|ll|z)?[a-zA-Z])', 'x', said.replace('%%', '%')).replace('\\"', '"').replace('\\n', ' ')
                    if len(re.findall(r"[A-Za-z']{2,}", said)) >= 2 and ' ' in said.strip():
                        yield said.strip().rstrip(':')
    for name in sorted(glob.glob(os.path.join(SRC, '*/*.sql'))):
        with open(name, encoding='utf-8') as source:
            for m in re.finditer(RAISED, source.read(), re.M):
                # 'text ' + variable + ' text'
                yield re.sub(r"' \+ [\w.]+(?:\['\w+'\])?(?: \+ ')?", 'x', m.group(1) or m.group(2) or m.group(3)).strip("'")


def main():
    found = sorted(set(texts()))
    if len(found) < 100:
        sys.exit('texts.py: the source was not understood: %d texts' % len(found))
    for said in found:
        if '\t' in said or '\\' in said:
            sys.exit('texts.py: no text for COPY: ' + said)
        print(said)


if __name__ == '__main__':
    main()
