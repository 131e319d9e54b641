#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <functional>
#include <initializer_list>

#include "common/config/spelling.h"
#include "common/core/text.h"
#include "common/project/repo_file/repo_file.h"
#include "common/project/repo_file/yaml.h"

namespace argosy::project {
namespace {

using yaml::Node;

constexpr std::size_t kMaxText = 8'192;  // of one command
constexpr std::size_t kMaxItems = 200;   // of one list
constexpr std::int64_t kMaxWall = 900;   // seconds; the hard limit of a run

using Read = std::function<Result<void>(const Node&)>;
struct Key {
  std::string name;
  Read read;
};

std::unexpected<Error> fail(const Node& node, std::string_view message) { return yaml::fail_at(node.line, node.column, message); }

// A map with exactly these keys, each at most once. Nothing at all is an empty map.
Read map_of(std::string where, std::vector<Key> keys) {
  return [where = std::move(where), keys = std::move(keys)](const Node& node) -> Result<void> {
    if (node.kind == Node::Kind::null) return {};
    if (node.kind != Node::Kind::map) return fail(node, fmt::format("{} must hold keys and values", where));
    for (std::size_t i = 0; i < node.keys.size(); ++i) {
      const auto& word = node.keys[i];
      const auto key = std::ranges::find(keys, word.text, &Key::name);
      if (key == keys.end()) {
        std::vector<std::string> known;
        for (const auto& one : keys) known.push_back(one.name);
        return yaml::fail_at(word.line, word.column,
                             fmt::format("{} has no key \"{}\"; did you mean \"{}\"?", where, text::ellipsize(word.text, 60),
                                         config::nearest_of(text::ellipsize(word.text, 60), known)));
      }
      ARGOSY_TRY_VOID(key->read(node.items[i]));
    }
    return {};
  };
}

Read text_into(std::string& target, std::string what) {
  return [&target, what = std::move(what)](const Node& node) -> Result<void> {
    if (node.kind != Node::Kind::scalar || text::trim(node.text).empty()) return fail(node, fmt::format("{} must be a text", what));
    if (node.text.size() > kMaxText) return fail(node, fmt::format("{} is longer than {} bytes", what, kMaxText));
    target = node.text;
    return {};
  };
}

// From the root, and staying below it.
Read path_into(std::string& target, std::string what) {
  return [&target, what = std::move(what)](const Node& node) -> Result<void> {
    ARGOSY_TRY_VOID(text_into(target, what)(node));
    for (const auto part : text::split(target, '/'))
      if (part == ".." || target.starts_with('/')) return fail(node, fmt::format("{} must be a path below the repository's root", what));
    return {};
  };
}

Read list_into(std::vector<std::string>& target, std::string what, std::function<Read(std::string&, std::string)> item) {
  return [&target, what = std::move(what), item = std::move(item)](const Node& node) -> Result<void> {
    if (node.kind == Node::Kind::scalar) return item(target.emplace_back(), what)(node);  // one without the brackets
    if (node.kind != Node::Kind::list) return fail(node, fmt::format("{} must be a list of texts", what));
    if (node.items.size() > kMaxItems) return fail(node, fmt::format("{} has more than {} entries", what, kMaxItems));
    for (const auto& one : node.items) ARGOSY_TRY_VOID(item(target.emplace_back(), fmt::format("an entry of {}", what))(one));
    return {};
  };
}

Read name_into(std::string& target, std::string what) {
  return [&target, what = std::move(what)](const Node& node) -> Result<void> {
    ARGOSY_TRY_VOID(text_into(target, what)(node));
    const auto is_name = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
    if (!std::ranges::all_of(target, is_name) || std::isdigit(static_cast<unsigned char>(target[0])) != 0)
      return fail(node, fmt::format("{} must be the name of a variable", what));
    return {};
  };
}

// HOST or HOST:PORT; a leading "*." stands for the names below.
Read host_into(std::string& target, std::string what) {
  return [&target, what = std::move(what)](const Node& node) -> Result<void> {
    ARGOSY_TRY_VOID(text_into(target, what)(node));
    const auto colon = target.find(':');
    const auto host = target.substr(0, colon);
    const auto is_host = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '.' || c == '-'; };
    const auto port = colon == std::string::npos ? std::optional<std::int64_t>(443) : text::to_int(target.substr(colon + 1));
    const auto bare = host.starts_with("*.") ? host.substr(2) : host;
    if (bare.empty() || bare.size() > 253 || !std::ranges::all_of(bare, is_host) || !port || *port < 1 || *port > 65'535)
      return fail(node, fmt::format("{} must be HOST or HOST:PORT", what));
    return {};
  };
}

template <class Number>
Read number_into(std::optional<Number>& target, std::string what, Number least, Number most) {
  return [&target, what = std::move(what), least, most](const Node& node) -> Result<void> {
    Number value{};
    const auto* const end = node.text.data() + node.text.size();
    const auto parsed = std::from_chars(node.text.data(), end, value);
    const bool is_number = node.kind == Node::Kind::scalar && node.is_plain && parsed.ec == std::errc() && parsed.ptr == end;
    if (!is_number || !(value >= least && value <= most))
      return fail(node, fmt::format("{} must be a number from {} to {}", what, least, most));
    target = value;
    return {};
  };
}

Read choice_into(std::string& target, std::string what, std::vector<std::string> choices) {
  return [&target, what = std::move(what), choices = std::move(choices)](const Node& node) -> Result<void> {
    if (node.kind != Node::Kind::scalar || std::ranges::find(choices, node.text) == choices.end())
      return fail(node, fmt::format("{} must be one of: {}", what, text::join(choices, ", ")));
    target = node.text;
    return {};
  };
}

Read gate_into(std::map<std::string, GateMode>& gates, const std::string& name) {
  return [&gates, name](const Node& node) -> Result<void> {
    std::string mode;
    ARGOSY_TRY_VOID(choice_into(mode, fmt::format("gates.{}", name), {"required", "warn", "off"})(node));
    gates[name] = mode == "required" ? GateMode::required : mode == "warn" ? GateMode::warn : GateMode::off;
    return {};
  };
}

Read gates_into(std::map<std::string, GateMode>& gates) {
  std::vector<Key> keys;
  for (const char* name : {"tests", "coverage", "lint", "format", "syntax", "bench"}) keys.push_back({name, gate_into(gates, name)});
  return map_of("gates", std::move(keys));
}

Read root_into(RepoFile& file) {
  constexpr double percent = 100;
  auto& limits = file.limits;
  return map_of(
      "the file",
      {{"setup", map_of("setup", {{"commands", list_into(file.setup.commands, "setup.commands", text_into)},
                                  {"cache_key_files", list_into(file.setup.cache_key_files, "setup.cache_key_files", path_into)},
                                  {"secrets", list_into(file.setup.secrets, "setup.secrets", name_into)},
                                  {"egress_allow", list_into(file.setup.egress_allow, "setup.egress_allow", host_into)}})},
       {"test", map_of("test", {{"command", text_into(file.test.command, "test.command")},
                                {"timeout_s", number_into<std::int64_t>(file.test.timeout_s, "test.timeout_s", 1, kMaxWall)},
                                {"report", path_into(file.test.report, "test.report")}})},
       {"lint", map_of("lint", {{"command", text_into(file.lint.command, "lint.command")},
                                {"report", path_into(file.lint.report, "lint.report")}})},
       {"format", map_of("format", {{"command", text_into(file.format.command, "format.command")}})},
       {"coverage", map_of("coverage", {{"command", text_into(file.coverage.command, "coverage.command")},
                                        {"report", path_into(file.coverage.report, "coverage.report")},
                                        {"min_changed", number_into<double>(file.coverage.min_changed, "coverage.min_changed", 0, percent)},
                                        {"max_drop", number_into<double>(file.coverage.max_drop, "coverage.max_drop", 0, percent)}})},
       {"bench", map_of("bench", {{"command", text_into(file.bench.command, "bench.command")},
                                  {"max_regression", number_into<double>(file.bench.max_regression, "bench.max_regression", 0, 1'000)}})},
       {"gates", gates_into(file.gates)},
       {"sandbox",
        map_of("sandbox",
               {{"class", choice_into(file.sandbox_class, "sandbox.class", {"bwrap", "gvisor"})},
                {"limits", map_of("sandbox.limits",
                                  {{"cpus", number_into<double>(limits.cpus, "sandbox.limits.cpus", 0.1, 64)},
                                   {"memory_mb", number_into<std::int64_t>(limits.memory_mb, "sandbox.limits.memory_mb", 64, 262'144)},
                                   {"disk_mb", number_into<std::int64_t>(limits.disk_mb, "sandbox.limits.disk_mb", 16, 1'048'576)},
                                   {"processes", number_into<std::int64_t>(limits.processes, "sandbox.limits.processes", 8, 32'768)},
                                   {"wall_s", number_into<std::int64_t>(limits.wall_s, "sandbox.limits.wall_s", 1, kMaxWall)}})}})},
       {"max_fix_rounds", number_into<std::int64_t>(file.max_fix_rounds, "max_fix_rounds", 0, 20)}});
}

}  // namespace

std::string_view to_string(GateMode mode) { return mode == GateMode::required ? "required" : mode == GateMode::warn ? "warn" : "off"; }

Result<RepoFile> parse_repo_file(std::string_view bytes) {
  RepoFile file;
  if (text::trim(bytes).empty()) return file;
  ARGOSY_TRY(const auto root, yaml::parse(bytes));
  ARGOSY_TRY_VOID(root_into(file)(root));
  return file;
}

}  // namespace argosy::project
