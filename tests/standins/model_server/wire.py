"""Answers in the words of each vendor. stream(api, request, spec) gives the events of a stream, each as its bytes on the wire; plain() the body of
an answer in one piece."""
import json

from script import DEFAULT_TEXT, arguments_text, usage_of

CREATED = 1764000000
CREATED_AT = "2025-11-24T16:00:00.000000Z"
STOPS = {  # ours: OpenAI chat, Anthropic, Ollama
    "end_turn": ("stop", "end_turn", "stop"),
    "tool_use": ("tool_calls", "tool_use", "stop"),
    "max_tokens": ("length", "max_tokens", "length"),
    "stop_sequence": ("stop", "stop_sequence", "stop"),
    "refusal": ("stop", "refusal", "stop"),
    "content_filter": ("content_filter", "refusal", "stop"),
}
ENDLESS = 1 << 62


def dump(value):
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)


def sse(value, event=None):
    return ((f"event: {event}\n" if event else "") + f"data: {value if isinstance(value, str) else dump(value)}\n\n").encode()


def ndjson(value):
    return (dump(value) + "\n").encode()


class Spec:
    """A rule's answer with every default in its place."""

    def __init__(self, request, spec):
        self.calls = [dict(call, arguments=arguments_text(call)) for call in spec.get("tool_calls", [])]
        for index, call in enumerate(self.calls):
            call.setdefault("id", f"call_{index:024d}")
        self.text = spec.get("text", "" if self.calls else DEFAULT_TEXT)
        self.thinking = spec.get("thinking", "")
        self.stop = spec.get("stop", "tool_use" if self.calls else "end_turn")
        self.usage = usage_of(request, spec)
        self.says_usage = spec.get("usage", {}) is not None and spec.get("fault") != "no_usage"
        self.ends = spec.get("fault") != "no_end_mark"
        self.pieces = spec.get("pieces", 4)
        self.model = request.model or "stand-in"

    def cut(self, text):
        """In about `pieces` pieces, between characters."""
        size = max(1, -(-len(text) // self.pieces))
        return [text[at:at + size] for at in range(0, len(text), size)]


def openai_usage(spec):
    return {"prompt_tokens": spec.usage["input"], "completion_tokens": spec.usage["output"], "total_tokens": spec.usage["input"] + spec.usage["output"],
            "prompt_tokens_details": {"cached_tokens": spec.usage["cached"], "audio_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": spec.usage["reasoning"], "audio_tokens": 0, "accepted_prediction_tokens": 0,
                                          "rejected_prediction_tokens": 0}}


def openai_call(call, index=None):
    head = {} if index is None else {"index": index}
    return head | {"id": call["id"], "type": "function", "function": {"name": call["name"], "arguments": call["arguments"] if index is None else ""}}


def openai_chat_stream(request, spec):
    wants_usage = (request.json.get("stream_options") or {}).get("include_usage", False)

    def chunk(delta, finish=None):
        value = {"id": "chatcmpl-standin0001", "object": "chat.completion.chunk", "created": CREATED, "model": spec.model, "service_tier": "default",
                 "system_fingerprint": "fp_standin", "choices": [{"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}]}
        return sse(value | ({"usage": None} if wants_usage else {}))

    yield chunk({"role": "assistant", "content": "", "refusal": None})
    for piece in spec.cut(spec.thinking):
        yield chunk({"reasoning_content": piece})
    for piece in spec.cut(spec.text):
        yield chunk({"content": piece})
    for index, call in enumerate(spec.calls):
        yield chunk({"tool_calls": [openai_call(call, index)]})
        for piece in spec.cut(call["arguments"]):
            yield chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]})
    if not spec.ends:
        return
    yield chunk({}, STOPS[spec.stop][0])
    if wants_usage and spec.says_usage:
        yield sse({"id": "chatcmpl-standin0001", "object": "chat.completion.chunk", "created": CREATED, "model": spec.model, "service_tier": "default",
                   "system_fingerprint": "fp_standin", "choices": [], "usage": openai_usage(spec)})
    yield sse("[DONE]")


def openai_chat_plain(_request, spec):
    message = {"role": "assistant", "content": spec.text or None, "refusal": None, "annotations": []}
    if spec.thinking:
        message["reasoning_content"] = spec.thinking
    if spec.calls:
        message["tool_calls"] = [openai_call(call) for call in spec.calls]
    answer = {"id": "chatcmpl-standin0001", "object": "chat.completion", "created": CREATED, "model": spec.model,
              "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": STOPS[spec.stop][0]}]}
    return answer | ({"usage": openai_usage(spec)} if spec.says_usage else {}) | {"service_tier": "default", "system_fingerprint": "fp_standin"}


def responses_items(spec):
    if spec.thinking:
        yield {"id": "rs_standin0001", "type": "reasoning", "summary": [{"type": "summary_text", "text": spec.thinking}]}
    if spec.text:
        yield {"id": "msg_standin0001", "type": "message", "status": "completed", "role": "assistant",
               "content": [{"type": "output_text", "annotations": [], "logprobs": [], "text": spec.text}]}
    for index, call in enumerate(spec.calls):
        yield {"id": f"fc_standin{index:04d}", "type": "function_call", "status": "completed", "arguments": call["arguments"], "call_id": call["id"], "name": call["name"]}


def responses_object(spec, status, items):
    usage = {"input_tokens": spec.usage["input"], "input_tokens_details": {"cached_tokens": spec.usage["cached"]}, "output_tokens": spec.usage["output"],
             "output_tokens_details": {"reasoning_tokens": spec.usage["reasoning"]}, "total_tokens": spec.usage["input"] + spec.usage["output"]}
    reason = {"max_tokens": "max_output_tokens", "content_filter": "content_filter"}.get(spec.stop)
    ended = status != "in_progress"
    return {"id": "resp_standin0001", "object": "response", "created_at": CREATED, "status": "incomplete" if ended and reason else status, "background": False,
            "error": None, "incomplete_details": {"reason": reason} if ended and reason else None, "instructions": None, "max_output_tokens": None,
            "model": spec.model, "output": items, "parallel_tool_calls": True, "previous_response_id": None, "store": False, "temperature": 1.0,
            "tool_choice": "auto", "tools": [], "top_p": 1.0, "truncation": "disabled", "usage": usage if ended and spec.says_usage else None, "user": None,
            "metadata": {}}


def openai_responses_stream(_request, spec):
    sequence = iter(range(ENDLESS))

    def event(kind, **fields):
        return sse({"type": kind, "sequence_number": next(sequence)} | fields, kind)

    yield event("response.created", response=responses_object(spec, "in_progress", []))
    yield event("response.in_progress", response=responses_object(spec, "in_progress", []))
    items = list(responses_items(spec))
    for index, item in enumerate(items):
        where = {"item_id": item["id"], "output_index": index}
        if item["type"] == "reasoning":
            yield event("response.output_item.added", output_index=index, item=item | {"summary": []})
            yield event("response.reasoning_summary_part.added", **where, summary_index=0, part={"type": "summary_text", "text": ""})
            for piece in spec.cut(spec.thinking):
                yield event("response.reasoning_summary_text.delta", **where, summary_index=0, delta=piece)
            yield event("response.reasoning_summary_text.done", **where, summary_index=0, text=spec.thinking)
            yield event("response.reasoning_summary_part.done", **where, summary_index=0, part=item["summary"][0])
        elif item["type"] == "message":
            part = item["content"][0]
            yield event("response.output_item.added", output_index=index, item=item | {"status": "in_progress", "content": []})
            yield event("response.content_part.added", **where, content_index=0, part=part | {"text": ""})
            for piece in spec.cut(spec.text):
                yield event("response.output_text.delta", **where, content_index=0, delta=piece, logprobs=[])
            yield event("response.output_text.done", **where, content_index=0, text=spec.text, logprobs=[])
            yield event("response.content_part.done", **where, content_index=0, part=part)
        else:
            yield event("response.output_item.added", output_index=index, item=item | {"status": "in_progress", "arguments": ""})
            for piece in spec.cut(item["arguments"]):
                yield event("response.function_call_arguments.delta", **where, delta=piece)
            yield event("response.function_call_arguments.done", **where, arguments=item["arguments"])
        yield event("response.output_item.done", output_index=index, item=item)
    if spec.ends:
        done = responses_object(spec, "completed", items)
        yield event("response." + done["status"], response=done)


def openai_responses_plain(_request, spec):
    return responses_object(spec, "completed", list(responses_items(spec)))


def anthropic_blocks(spec):
    if spec.thinking:
        yield {"type": "thinking", "thinking": spec.thinking, "signature": "c3RhbmQtaW4tc2lnbmF0dXJl"}
    if spec.text:
        yield {"type": "text", "text": spec.text}
    for call in spec.calls:
        yield {"type": "tool_use", "id": call["id"], "name": call["name"], "input": call["arguments"]}


def anthropic_input_usage(spec):
    return {"input_tokens": spec.usage["input"] - spec.usage["cached"], "cache_creation_input_tokens": 0, "cache_read_input_tokens": spec.usage["cached"]}


def anthropic_stream(_request, spec):
    def event(kind, **fields):
        return sse({"type": kind} | fields, kind)

    message = {"model": spec.model, "id": "msg_standin0001", "type": "message", "role": "assistant", "content": [], "stop_reason": None, "stop_sequence": None}
    yield event("message_start", message=message | ({"usage": anthropic_input_usage(spec) | {"output_tokens": 1, "service_tier": "standard"}} if spec.says_usage else {}))
    for index, block in enumerate(anthropic_blocks(spec)):
        if block["type"] == "thinking":
            yield event("content_block_start", index=index, content_block={"type": "thinking", "thinking": "", "signature": ""})
            for piece in spec.cut(spec.thinking):
                yield event("content_block_delta", index=index, delta={"type": "thinking_delta", "thinking": piece})
            yield event("content_block_delta", index=index, delta={"type": "signature_delta", "signature": block["signature"]})
        elif block["type"] == "text":
            yield event("content_block_start", index=index, content_block={"type": "text", "text": ""})
            yield event("ping")
            for piece in spec.cut(spec.text):
                yield event("content_block_delta", index=index, delta={"type": "text_delta", "text": piece})
        else:
            yield event("content_block_start", index=index, content_block=block | {"input": {}})
            yield event("content_block_delta", index=index, delta={"type": "input_json_delta", "partial_json": ""})
            for piece in spec.cut(block["input"]):
                yield event("content_block_delta", index=index, delta={"type": "input_json_delta", "partial_json": piece})
        yield event("content_block_stop", index=index)
    if not spec.ends:
        return
    usage = {"usage": {"output_tokens": spec.usage["output"]}} if spec.says_usage else {}
    yield event("message_delta", delta={"stop_reason": STOPS[spec.stop][1], "stop_sequence": None}, **usage)
    yield event("message_stop")


def anthropic_plain(_request, spec):
    content = [block if block["type"] != "tool_use" else block | {"input": json.loads(block["input"])} for block in anthropic_blocks(spec)]
    answer = {"model": spec.model, "id": "msg_standin0001", "type": "message", "role": "assistant", "content": content, "stop_reason": STOPS[spec.stop][1],
              "stop_sequence": None}
    return answer | ({"usage": anthropic_input_usage(spec) | {"output_tokens": spec.usage["output"], "service_tier": "standard"}} if spec.says_usage else {})


def ollama_calls(spec):
    return [{"function": {"name": call["name"], "arguments": json.loads(call["arguments"])}} for call in spec.calls]


def ollama_end(spec):
    figures = {"total_duration": 4883583458, "load_duration": 1334875, "prompt_eval_count": spec.usage["input"], "prompt_eval_duration": 342546000,
               "eval_count": spec.usage["output"], "eval_duration": 4535599000}
    if not spec.says_usage:
        del figures["prompt_eval_count"], figures["eval_count"]
    return {"done_reason": STOPS[spec.stop][2], "done": True} | figures


def ollama_stream(_request, spec):
    def line(message, **more):
        return ndjson({"model": spec.model, "created_at": CREATED_AT, "message": {"role": "assistant", "content": ""} | message} | (more or {"done": False}))

    for piece in spec.cut(spec.thinking):
        yield line({"thinking": piece})
    for piece in spec.cut(spec.text):
        yield line({"content": piece})
    if spec.calls:
        yield line({"tool_calls": ollama_calls(spec)})
    if spec.ends:
        yield line({}, **ollama_end(spec))


def ollama_plain(_request, spec):
    message = {"role": "assistant", "content": spec.text}
    if spec.thinking:
        message["thinking"] = spec.thinking
    if spec.calls:
        message["tool_calls"] = ollama_calls(spec)
    return {"model": spec.model, "created_at": CREATED_AT, "message": message} | ollama_end(spec)


STREAMS = {"openai-chat": openai_chat_stream, "openai-responses": openai_responses_stream, "anthropic": anthropic_stream, "ollama": ollama_stream}
PLAINS = {"openai-chat": openai_chat_plain, "openai-responses": openai_responses_plain, "anthropic": anthropic_plain, "ollama": ollama_plain}


def stream(request, spec):
    return STREAMS[request.api](request, Spec(request, spec))


def plain(request, spec):
    return (dump(PLAINS[request.api](request, Spec(request, spec))) + ("\n" if request.api == "ollama" else "")).encode()


def stream_type(api):
    return "application/x-ndjson" if api == "ollama" else "text/event-stream; charset=utf-8"
