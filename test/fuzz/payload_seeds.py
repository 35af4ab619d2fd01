"""The corpus of fuzz_payload.c: the hostile orders and the simulator's.

    payload_seeds.py <directory>

Role: writes each order's text into a file of its own; what is longer than
libFuzzer is to make its inputs is left out.

Neighbours: test/hostile/corpus.py, test/simulator/orders.json; Makefile calls it.
"""
import json
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, '..', 'hostile'))
import corpus  # noqa: E402

MAX_LENGTH = 8000

with open(os.path.join(HERE, '..', 'simulator', 'orders.json'), encoding='utf-8') as file:
    texts = [json.dumps(order, ensure_ascii=False) for order in json.load(file)]
texts += [case.text for case in corpus.cases('2026-01-01T00:00:00Z')]
os.makedirs(sys.argv[1], exist_ok=True)
for number, text in enumerate(texts):
    data = text.encode('utf-8', 'surrogatepass')
    if len(data) <= MAX_LENGTH:
        with open(os.path.join(sys.argv[1], '%05d' % number), 'wb') as file:
            file.write(data)
