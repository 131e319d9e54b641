"""Reads the benchmark's streams with the vendor's own SDK, all at the same time, and prints what it cost as one line of JSON.

Usage: sdk.py BASE_URL STREAMS BYTES_OF_CONVERSATION
"""
import asyncio
import json
import resource
import sys
import time

import openai

URL, STREAMS, BYTES = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])


async def read(client, number, seen):
    stream = await client.chat.completions.create(model="bench", messages=[{"role": "user", "content": str(number) + "c" * BYTES}], stream=True)
    first = True
    async for chunk in stream:
        text = chunk.choices[0].delta.content if chunk.choices else None
        if text:
            if first:
                seen["first_ms"].append((time.monotonic_ns() - int(text)) / 1e6)
            first = False
            seen["events"] += 1


def cpu_ms():
    used = resource.getrusage(resource.RUSAGE_SELF)
    return (used.ru_utime + used.ru_stime) * 1000


def peak_kb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


async def main():
    seen = {"events": 0, "first_ms": []}
    async with openai.AsyncOpenAI(base_url=URL, api_key="sk-bench", max_retries=0, timeout=600) as client:
        idle, before = peak_kb(), cpu_ms()
        await asyncio.gather(*(read(client, number, seen) for number in range(STREAMS)))
        print(json.dumps(seen | {"cpu_ms": cpu_ms() - before, "kb_per_stream": (peak_kb() - idle) / STREAMS}))


asyncio.run(main())
