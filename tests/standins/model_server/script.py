"""What is answered to whom: rules, the first that matches. And the bill, by a rule of the stand-in's own."""
import json

DEFAULT_TEXT = "Hello from the stand-in."


class Rule:
    def __init__(self, spec):
        self.when = spec.get("when", {})
        self.then = spec.get("then", {})
        self.left = spec.get("times", float("inf"))

    def matches(self, request):
        when = self.when
        return (self.left > 0
                and request.path.startswith(when.get("path", ""))
                and when.get("model", request.model) == request.model
                and when.get("api", request.api) == request.api
                and when.get("contains", "") in request.text
                and when.get("stream", request.stream) == request.stream
                and all(request.headers.get(name.lower()) == value for name, value in when.get("headers", {}).items()))


class Script:
    def __init__(self, rules):
        self.load(rules)

    def load(self, rules):
        self.rules = [Rule(rule) for rule in rules]

    def answer_to(self, request):
        for rule in self.rules:
            if rule.matches(request):
                rule.left -= 1
                return rule.then
        return {}


class Bill:
    """Tokens as this server counts them: one for every `bytes_per_token` bytes that it read and that it made, never more than one a byte."""

    def __init__(self):
        self.calls = []

    def open(self, request, spec):
        line = {"api": request.api, "model": request.model, "key": request.key, "input": self.tokens(len(request.body), spec), "output": 0, "complete": False}
        self.calls.append(line)
        return line

    @staticmethod
    def tokens(count, spec):
        return -(-count // max(1, spec.get("bytes_per_token", 4)))

    def json(self):
        return {"calls": self.calls, "input": sum(line["input"] for line in self.calls), "output": sum(line["output"] for line in self.calls)}


def made_bytes(spec):
    """How many bytes the model makes: text, thinking, names and arguments of calls."""
    calls = sum(len(call["name"]) + len(arguments_text(call)) for call in spec.get("tool_calls", []))
    return len(spec.get("text", DEFAULT_TEXT if not calls else "").encode()) + len(spec.get("thinking", "").encode()) + calls


def arguments_text(call):
    arguments = call.get("arguments", {})
    return arguments if isinstance(arguments, str) else json.dumps(arguments, separators=(",", ":"), ensure_ascii=False)


def usage_of(request, spec):
    reported = spec.get("usage", {})
    usage = {"input": Bill.tokens(len(request.body), spec), "output": Bill.tokens(made_bytes(spec), spec), "cached": 0, "reasoning": 0}
    usage.update(reported or {})
    return usage
