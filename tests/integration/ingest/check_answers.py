#!/usr/bin/env python3
"""Holds recorded answers of the API against schemas/openapi.yaml:

    check_answers.py openapi.yaml answers.jsonl [--all]

Each line of the record is {"method","target","status","content_type","body","request"}. Every answer must be of a documented operation,
with a documented status and media type, and must match its schema; the request of a 2xx must match the operation's request schema. With
--all every operation of the document must have been answered with success. Prints what is wrong, a line each; the exit code tells.
"""
import json
import pathlib
import re
import sys

import jsonschema
import yaml


def main():
    source, record = map(pathlib.Path, sys.argv[1:3])
    document = yaml.safe_load(source.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(document["components"]["schemas"])
    api = Api(document)
    answers = [json.loads(line) for line in record.read_text(encoding="utf-8").splitlines()]
    mistakes = sorted({mistake for answer in answers for mistake in api.check(answer)})
    if "--all" in sys.argv:
        mistakes += [f"{operation} was never answered with success" for operation in sorted(api.operations - api.succeeded)]
    for mistake in mistakes:
        print(mistake)
    print(f"{len(answers)} answers, {len(api.succeeded)} of {len(api.operations)} operations, {len(mistakes)} mistakes")
    return 1 if mistakes or not answers else 0


class Api:
    def __init__(self, document):
        self.document = document
        self.resolver = jsonschema.RefResolver.from_schema(document)
        self.routes = []
        for path, item in document["paths"].items():
            # A repository's id holds a slash; no other parameter does.
            pattern = re.sub(r"\\{repository_id\\}", ".+", re.escape(path))
            pattern = re.sub(r"\\{[a-z0-9_]+\\}", "[^/]+", pattern)
            for method, operation in item.items():
                if method in ("get", "post", "put", "delete", "patch"):
                    self.routes.append((method.upper(), re.compile(pattern), operation))
        self.routes.sort(key=lambda route: -len(route[1].pattern))
        self.operations = {operation["operationId"] for _, _, operation in self.routes}
        self.succeeded = set()

    def check(self, answer):
        path = answer["target"].split("?")[0]
        operation = next((o for m, p, o in self.routes if m == answer["method"] and p.fullmatch(path)), None)
        if operation is None:
            # What is no operation at all must still be answered with a problem.
            if answer["method"] == "HEAD":
                return []
            if answer["status"] < 400:
                return [f'{answer["method"]} {path} was answered {answer["status"]} and is not documented']
            return self.check_media({"$ref": "#/components/responses/Problem"}, answer, "no operation")
        name = f'{operation["operationId"]} {answer["status"]}'
        response = operation["responses"].get(str(answer["status"]))
        if response is None:
            # Any request can be broken as HTTP.
            response = {"$ref": "#/components/responses/Problem"} if answer["status"] in (400, 408, 413, 417, 431) else None
        if response is None:
            return [f"{name}: this status is not documented"]
        if answer["status"] < 400:
            self.succeeded.add(operation["operationId"])
        mistakes = self.check_media(response, answer, name)
        if answer["status"] < 300 and "requestBody" in operation:
            schema = operation["requestBody"]["content"]["application/json"]["schema"]
            mistakes += self.check_value(schema, json.loads(answer["request"]), f"{name}: accepted request")
        return mistakes

    def check_media(self, response, answer, name):
        while "$ref" in response:
            response = self.resolver.resolve(response["$ref"])[1]
        content = response.get("content")
        if content is None:
            return []
        media = answer["content_type"].split(";")[0]
        if media not in content:
            return [f"{name}: media type {media!r} is not documented"]
        if not media.endswith("json"):
            return []
        return self.check_value(content[media].get("schema", {}), json.loads(answer["body"]), name)

    def check_value(self, schema, value, name):
        validator = jsonschema.Draft202012Validator(schema, resolver=self.resolver)
        return [f"{name}: /{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}" for error in validator.iter_errors(value)]


if __name__ == "__main__":
    sys.exit(main())
