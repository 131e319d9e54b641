#include "common/llm/scripted/tape/tape.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "common/core/crypto.h"
#include "common/core/file.h"
#include "common/core/text.h"
#include "common/llm/conversation_json.h"
#include "common/llm/scripted/tape/difference.h"
#include "common/llm/scripted/tape/masking.h"

namespace argosy::llm {
namespace {

namespace fs = std::filesystem;

constexpr std::int64_t kVersion = 1;
constexpr std::string_view kEnding = ".json";
constexpr std::size_t kNameLength = 32 + 1 + 4 + kEnding.size();  // KEY-NUMBER.json

// Deeper than any conversation: schemas and blocks of vendors stand inside.
constexpr json::ParseLimits kLimits{.max_bytes = kMaxExchangeBytes, .max_depth = 128};

std::string name_of(std::string_view key, int number) { return fmt::format("{}-{:04}{}", key, number, kEnding); }
bool is_exchange(const fs::path& file) {
  const auto name = file.filename().string();
  return name.size() == kNameLength && name.ends_with(kEnding) && !name.starts_with('.');
}

std::unexpected<Error> unusable(std::string message) {
  return fail_user("tape_unusable", std::move(message), "ARGOSY_MODEL=record:DIR and replay:DIR name a folder of recorded calls");
}

json::Value fault_json(const std::optional<Fault>& fault) {
  if (!fault) return {};
  json::Object made{{"kind", rule_of(fault->kind).code},
                    {"category", std::string(1, letter(fault->error.category))},
                    {"code", fault->error.code},
                    {"message", text::to_utf8(fault->error.message)},
                    {"hint", text::to_utf8(fault->error.hint)}};
  if (fault->error.retry_after) made.append("retry_after_ms", static_cast<std::int64_t>(fault->error.retry_after->count()));
  return made;
}

Result<std::optional<Fault>> fault_of(const json::Value* value) {
  if (value == nullptr || value->is_null()) return std::nullopt;
  const auto rules = fault_rules();
  const auto rule = std::ranges::find(rules, value->string_or("kind", ""), &FaultRule::code);
  const auto letter = value->string_or("category", "");
  const auto category = letter.size() == 1 ? category_from_letter(letter.front()) : std::nullopt;
  if (rule == rules.end() || !category) return fail_user("tape_malformed", "the fault has no kind or category that is known");
  Fault fault{rule->kind,
              {.category = *category,
               .code = value->string_or("code", ""),
               .message = value->string_or("message", ""),
               .hint = value->string_or("hint", "")}};
  if (const auto wait = value->int_or("retry_after_ms", -1); wait >= 0) fault.error.retry_after = std::chrono::milliseconds(wait);
  return fault;
}

Result<CallResult> result_of(const json::Value& exchange) {
  if (exchange.int_or("version", 0) != kVersion)
    return fail_user("tape_malformed", fmt::format("it is not of version {}", kVersion), "record it again");
  const auto* answer = exchange.find("answer");
  CallResult result;
  ARGOSY_TRY(result.answer, answer_from_json(answer == nullptr ? json::Value() : *answer));
  ARGOSY_TRY(result.fault, fault_of(exchange.find("fault")));
  result.may_be_billed = exchange.bool_or("may_be_billed", true);
  result.tries = static_cast<int>(std::clamp<std::int64_t>(exchange.int_or("tries", 1), 1, kMaxRepeats));
  result.model = exchange.string_or("answered_by", "");
  return result;
}

Result<json::Value> read_exchange(const fs::path& file) {
  ARGOSY_TRY(const auto bytes, read_file(file, kMaxExchangeBytes));
  return json::parse(bytes, kLimits);
}

// Whether it answered just this question.
bool was_asked(const json::Value& exchange, const std::string& question) {
  const auto* request = exchange.find("request");
  return request != nullptr && json::canonical(json::Object{{"model", exchange.string_or("model", "")}, {"request", *request}}) == question;
}

// In that file. What it was about stays an error of the user's: a recording was changed or cut.
Error in_file(const Error& error, const fs::path& file) {
  return {.category = Category::needs_user,
          .code = "tape_malformed",
          .message = fmt::format("{}: {}", file.filename().string(), error.message),
          .hint = error.hint};
}

}  // namespace

Result<std::unique_ptr<Tape>> Tape::open(const fs::path& folder, Use use) {
  std::error_code error;
  if (use == Use::record) fs::create_directories(folder, error);
  if (error || !fs::is_directory(folder, error)) return unusable(fmt::format("{} is no folder", folder.string()));
  std::unique_ptr<Tape> tape(new Tape(folder));
  bool any = use == Use::record;
  tape->each([&any](const fs::path&) { return !(any = true); });
  if (!any) return unusable(fmt::format("{} holds no recorded calls", folder.string()));
  return tape;
}

void Tape::each(const std::function<bool(const fs::path&)>& look) const {
  std::set<fs::path> files;
  std::error_code error;
  for (fs::directory_iterator at(folder_, error), end; !error && at != end && files.size() < kMaxRecorded; at.increment(error))
    if (is_exchange(at->path())) files.insert(at->path());
  for (const auto& file : files)
    if (!look(file)) return;
}

Result<void> Tape::add(const json::Object& question, const CallResult& result) {
  json::Value answer(to_json(result.answer)), fault = fault_json(result.fault);
  mask(answer);
  mask(fault);
  json::Object exchange = question;
  exchange["version"] = kVersion;
  exchange["answer"] = std::move(answer);
  exchange["fault"] = std::move(fault);
  exchange["may_be_billed"] = result.may_be_billed;
  exchange["tries"] = result.tries;
  exchange["answered_by"] = result.model;

  const std::string key = key_of(question);
  const fs::path draft = folder_ / fmt::format(".{}-{}", key, text::hex(crypto::random_bytes(8)));
  if (const auto written = write_file_atomic(draft, json::dump_pretty(exchange) + "\n", 0600); !written)
    return unusable(written.error().message);
  const std::lock_guard lock(mutex_);
  // A link never takes the place of a file: the number that another process took meanwhile is passed over.
  std::error_code error = std::make_error_code(std::errc::file_exists);
  for (int& number = numbers_[key]; error == std::errc::file_exists && number < kMaxRepeats;)
    fs::create_hard_link(draft, folder_ / name_of(key, ++number), error);
  std::error_code ignored;
  fs::remove(draft, ignored);
  if (error) return unusable(fmt::format("a call cannot be recorded in {}: {}", folder_.string(), error.message()));
  return {};
}

Result<Tape::Recorded> Tape::choose(const json::Object& question, const std::string& key) {
  const std::string wanted = json::canonical(question);
  const std::lock_guard lock(mutex_);
  auto& given = given_[key];
  Recorded chosen;
  std::error_code error;
  for (int number = 1; number <= kMaxRepeats; ++number) {
    if (given.contains(number)) continue;
    const auto file = folder_ / name_of(key, number);
    if (!fs::exists(file, error)) break;
    auto exchange = read_exchange(file);
    if (!exchange) return std::unexpected(in_file(exchange.error(), file));
    const bool same = was_asked(*exchange, wanted);
    if (chosen.number == 0 || same) chosen = {number, file, *std::move(exchange)};
    if (same) break;
  }
  if (chosen.number == 0) return std::unexpected(missing(question, key, given.size()));
  given.insert(chosen.number);
  return chosen;
}

Result<CallResult> Tape::next(const json::Object& question) {
  ARGOSY_TRY(const auto recorded, choose(question, key_of(question)));
  auto result = result_of(recorded.exchange);
  if (!result) return std::unexpected(in_file(result.error(), recorded.file));
  return result;
}

Error Tape::missing(const json::Object& question, const std::string& key, std::size_t given) const {
  Error error{.category = Category::needs_user,
              .code = "tape_has_no_answer",
              .message = {},
              .hint = "record the run again, or replay it with the code and the models.yaml that it was recorded with"};
  if (given > 0) {
    error.message =
        fmt::format("this request was recorded {} times and is asked once more ({})", given, name_of(key, static_cast<int>(given)));
    return error;
  }
  const auto asked = lasting_question(question);
  fs::path nearest;
  json::Object closest;
  std::size_t best = 0, looked = 0;
  each([&](const fs::path& file) {
    const auto exchange = read_exchange(file);
    if (!exchange || !exchange->is_object()) return ++looked < kMaxCompared;
    auto recorded = lasting_question(exchange->as_object());
    if (const auto like = likeness(recorded, asked); nearest.empty() || like > best) {
      best = like;
      nearest = file;
      closest = std::move(recorded);
    }
    return ++looked < kMaxCompared;
  });
  error.message = nearest.empty() ? fmt::format("nothing in {} can be read", folder_.string())
                                  : fmt::format("this request was not recorded; the nearest one is {}: {}", nearest.filename().string(),
                                                difference(closest, asked));
  return error;
}

}  // namespace argosy::llm
