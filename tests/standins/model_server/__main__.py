"""A stand-in for model vendors: OpenAI chat completions and Responses, Anthropic Messages, Ollama, byte for byte over HTTP, faults included.

    python3 tests/standins/model_server [--rules FILE] [--port N] [--cert FILE --key FILE]

Prints "port N" when it listens (loopback only) and runs until it is killed. What it answers is scripted (README.md); it keeps a bill of its
own. Python's standard library only; sockets are written piece by piece, so that every byte and every pause is the script's.
"""
import argparse
import asyncio
import json
import pathlib
import ssl
import sys

sys.dont_write_bytecode = True
from server import Server  # noqa: E402


async def main():
    parser = argparse.ArgumentParser(prog="model_server")
    parser.add_argument("--rules", type=pathlib.Path)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--cert")
    parser.add_argument("--key")
    options = parser.parse_args()
    context = None
    if options.cert:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(options.cert, options.key)
    server = Server(json.loads(options.rules.read_text()) if options.rules else [])
    listening = await asyncio.start_server(server.serve, "127.0.0.1", options.port, ssl=context, backlog=1024, limit=1 << 20)
    print(f"port {listening.sockets[0].getsockname()[1]}", flush=True)
    async with listening:
        await listening.serve_forever()


try:
    asyncio.run(main())
except KeyboardInterrupt:
    pass
