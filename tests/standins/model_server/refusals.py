"""What vendors say instead of an answer: status, body and headers of each, as they were seen in the wild."""
import json


def openai(message, kind, code=None, param=None):
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def anthropic(message, kind):
    return {"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_standin0001"}


# fault -> api -> (status, body); what an API does not name answers like openai-chat.
REFUSALS = {
    "auth": {
        "openai-chat": (401, openai("Incorrect API key provided: sk-stand*in. You can find your API key at https://platform.openai.com/account/api-keys.",
                                    "invalid_request_error", "invalid_api_key")),
        "anthropic": (401, anthropic("invalid x-api-key", "authentication_error")),
        "ollama": (401, {"error": "unauthorized"}),
    },
    "forbidden": {
        "openai-chat": (403, openai("You are not allowed to sample from this model", "invalid_request_error", "model_not_available")),
        "anthropic": (403, anthropic("Your API key does not have permission to use the specified resource", "permission_error")),
    },
    "quota": {
        "openai-chat": (429, openai("You exceeded your current quota, please check your plan and billing details. For more information on this error, read the "
                                    "docs: https://platform.openai.com/docs/guides/error-codes/api-errors.", "insufficient_quota", "insufficient_quota")),
        "anthropic": (400, anthropic("Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.",
                                     "invalid_request_error")),
    },
    "quota_402": {
        "openai-chat": (402, openai("Insufficient Balance", "unknown_error", "invalid_request_error")),
        "anthropic": (402, anthropic("Your account has a billing problem.", "billing_error")),
    },
    "rate_limit": {
        "openai-chat": (429, openai("Rate limit reached for gpt-4o in organization org-standin on tokens per min (TPM): Limit 30000, Used 29000, Requested 2000. "
                                    "Please try again in 2s. Visit https://platform.openai.com/account/rate-limits to learn more.", "tokens", "rate_limit_exceeded")),
        "anthropic": (429, anthropic("This request would exceed your organization's rate limit of 50,000 input tokens per minute.", "rate_limit_error")),
        "ollama": (429, {"error": "too many requests"}),
    },
    "too_large_for_rate": {
        "openai-chat": (429, openai("Request too large for gpt-4o in organization org-standin on tokens per min (TPM): Limit 30000, Requested 45000. The input or "
                                    "output tokens must be reduced in order to run successfully.", "tokens", "rate_limit_exceeded")),
        "anthropic": (413, anthropic("Request exceeds the maximum size", "request_too_large")),
    },
    "server_error": {
        "openai-chat": (500, openai("The server had an error while processing your request. Sorry about that!", "server_error")),
        "anthropic": (500, anthropic("Internal server error", "api_error")),
        "ollama": (500, {"error": "llama runner process has terminated: exit status 2"}),
    },
    "unavailable": {
        "openai-chat": (503, openai("The engine is currently overloaded, please try again later", "server_error", "engine_overloaded")),
        "anthropic": (503, anthropic("Service unavailable", "api_error")),
        "ollama": (503, {"error": "server busy, please try again.  maximum pending requests exceeded"}),
    },
    "overloaded": {
        "openai-chat": (529, openai("Overloaded", "overloaded_error")),
        "anthropic": (529, anthropic("Overloaded", "overloaded_error")),
    },
    "context_too_long": {
        "openai-chat": (400, openai("This model's maximum context length is 128000 tokens. However, your messages resulted in 140000 tokens. Please reduce the length "
                                    "of the messages.", "invalid_request_error", "context_length_exceeded", "messages")),
        "openai-responses": (400, openai("Your input exceeds the context window of this model. Please adjust your input and try again.", "invalid_request_error",
                                         "context_length_exceeded", "input")),
        "anthropic": (400, anthropic("prompt is too long: 210000 tokens > 200000 maximum", "invalid_request_error")),
        "ollama": (400, {"error": "the input length exceeds the context length"}),
    },
    "bad_request": {
        "openai-chat": (400, openai("Invalid schema for function 'read': None is not of type 'object'.", "invalid_request_error", "invalid_function_parameters",
                                    "tools[0].function.parameters")),
        "anthropic": (400, anthropic("messages: at least one message is required", "invalid_request_error")),
        "ollama": (400, {"error": "json: cannot unmarshal string into Go struct field ChatRequest.messages of type []api.Message"}),
    },
    "no_model": {
        "openai-chat": (404, openai("The model `nothing` does not exist or you do not have access to it.", "invalid_request_error", "model_not_found")),
        "anthropic": (404, anthropic("model: nothing", "not_found_error")),
        "ollama": (404, {"error": "model \"nothing\" not found, try pulling it first"}),
    },
    "gateway": {"openai-chat": (502, "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n<body>\r\n<center><h1>502 Bad Gateway</h1></center>\r\n"
                                     "<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n")},
}

# In the middle of a stream that began with 200.
ERROR_EVENTS = {
    "openai-chat": b'data: {"error":{"message":"The server had an error while processing your request. Sorry about that!","type":"server_error","param":null,'
                   b'"code":null}}\n\n',
    "openai-responses": b'event: error\ndata: {"type":"error","sequence_number":9,"code":"server_error","message":"The server had an error processing your '
                        b'request.","param":null}\n\n',
    "anthropic": b'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
    "ollama": b'{"error":"an error was encountered while running the model: unexpected EOF"}\n',
}


def refusal(fault, api):
    """(status, body, content type)"""
    by_api = REFUSALS[fault]
    status, body = by_api.get(api, by_api["openai-chat"])
    if isinstance(body, str):
        return status, body.encode(), "text/html"
    return status, json.dumps(body, indent=2 if api.startswith("openai") else None).encode(), "application/json"
