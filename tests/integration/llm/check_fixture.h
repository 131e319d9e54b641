// A stand-in that answers every question of a check as it should, and the entry of models.yaml that leads to it.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <string>
#include <vector>

#include "common/llm/check/live.h"
#include "common/llm/check/questions.h"
#include "tests/integration/llm/fixture.h"

namespace argosy::llm {

class ServedChecks : public Calls {
 protected:
  static ModelEntry entry() {
    Endpoint where = endpoint();
    where.context_tokens = 20'000;
    return {.name = "checked",
            .endpoint = where,
            .context_tokens = 20'000,
            .max_output_tokens = 4'096,
            .prices = Prices{.input = kUsd, .cache_read = kUsd, .cache_write = kUsd, .output = 2 * kUsd},
            .can = {.tools = true, .schema = true, .stream = true},
            .local = true,
            .can_line = 7};
  }
  static std::string rule(const std::string& contains, const std::string& then) {
    return fmt::format(R"({{"when":{{"contains":"{}"}},"then":{}}})", contains, then);
  }
  static std::string call(const std::string& arguments) { return fmt::format(R"({{"name":"{}","arguments":{}}})", kTool, arguments); }

  // A server that does all that is asked; `defects` come first.
  static void serve(const std::string& defects = "") {
    const std::vector<std::string> rules{
        rule(std::string(kUnknownModel), R"({"fault":"no_model"})"),
        fmt::format(R"({{"when":{{"headers":{{"{}":"{}{}"}}}},"then":{{"fault":"auth"}}}})",
                    GetParam() == Api::anthropic ? "x-api-key" : "authorization", GetParam() == Api::anthropic ? "" : "Bearer ", kWrongKey),
        rule("else: kestrel", R"({"text":"kestrel"})"),
        rule("else: heron", R"({"text":"heron"})"),
        rule("else: osprey", R"({"text":"osprey"})"),
        rule("Count from one to twelve", R"({"text":"one two three four five six seven eight nine ten eleven twelve","pieces":6})"),
        rule("How many of part 4711", fmt::format(R"({{"tool_calls":[{}]}})", call(R"({"part":4711})"))),
        rule("How many of part 4712", fmt::format(R"({{"tool_calls":[{},{}]}})", call(R"({"part":4712})"), call(R"({"part":4713})"))),
        rule("How many of part 4714", R"({"text":"There are 837 in stock."})"),
        rule("The ship is called", R"({"text":"{\"ship\":\"Argo\",\"oars\":50}"})"),
        rule("The code word is", R"({"text":"marmot"})"),
        rule("Count from one to three hundred", R"({"text":"one two three and so on","fault":"stall"})"),
    };
    server().rules(fmt::format("[{}{}]", defects.empty() ? "" : defects + ",", fmt::join(rules, ",")));
  }
};

}  // namespace argosy::llm
