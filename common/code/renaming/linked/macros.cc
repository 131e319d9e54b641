#include "common/code/renaming/linked/macros.h"

#include <algorithm>

#include "common/code/places.h"
#include "common/code/renaming/linked/macro_text.h"
#include "common/core/text.h"

namespace argosy::code::linked {
namespace {

// Calls that find a symbol by its name's text, also as parts of others: uv_dlsym.
constexpr std::string_view kLookUps[] = {"dlsym", "dlvsym", "dlfunc", "GetProcAddress", "module_symbol", "LoadFunction"};

// Parameters of a macro that another one hands its own to, which are looked at.
constexpr std::size_t kHandedOn = 8;
// What looking a macro up costs, as if it were text of its body.
constexpr std::size_t kBytesOfMacro = 64;

}  // namespace

Macros::Macros(const Project& project) : project_(project) {
  for (const std::string& path : project.sources()) {
    const Decoded* source = project.text(path);
    if (source == nullptr) continue;
    const std::string_view text = source->text;
    looks_symbols_up_ = looks_symbols_up_ || std::ranges::any_of(kLookUps, [&](auto call) { return text.contains(call); });
    for (std::size_t at = find_word(text, "define"); at != std::string_view::npos; at = find_word(text, "define", at + 1)) {
      const auto before = text::trim(text.substr(text.rfind('\n', at) + 1, at - text.rfind('\n', at) - 1));
      if (before != "#") continue;
      const auto line = text.substr(at + 6, end_of_directive(text, at) - at - 6);
      const auto tokens = tokens_of(line);
      if (tokens.empty() || !tokens.front().word) continue;
      Macro macro{.path = path, .at = at + 6 + tokens.front().at};
      std::size_t end = tokens.front().at + tokens.front().text.size();
      if (end < line.size() && line[end] == '(') {
        macro.function = true;
        for (const Token& token : tokens_of(arguments_at(line, end)))
          if (token.word || token.text == ".") macro.parameters.emplace_back(token.word ? token.text : "__VA_ARGS__");
        end = std::min(line.find(')', end), line.size() - 1) + 1;
      }
      macro.body = std::string(line.substr(end));
      macros_.emplace(std::string(tokens.front().text), std::move(macro));
    }
    project.forget(path);
  }
}

std::size_t place_in(Node list, Node node) {
  std::size_t index = 0, walked = 0;
  for (const Node child : list.children()) {
    if (child.contains(node)) break;
    if (++walked >= kMaxPlaces) return kMaxPlaces;
    if (child.is(",")) ++index;
  }
  return index;
}

Mark Macros::mark(std::string_view macro, std::size_t argument) const {
  if (argument >= kMaxPlaces && knows(macro)) return Mark::glued;
  const auto [slot, first] = marks_.try_emplace(Argument(macro, argument), Mark::kept);
  if (first) slot->second = worst_of(slot->first);
  return slot->second;
}

// The worst over all that is reached. A list of what is open, since chains may be longer than any stack.
Mark Macros::worst_of(Argument first) const {
  Mark worst = Mark::kept;
  std::set<Argument> asked;
  std::vector<Argument> open{std::move(first)};
  while (!open.empty()) {
    const Argument next = std::move(open.back());
    open.pop_back();
    if (!asked.insert(next).second) continue;
    for (auto [hit, end] = macros_.equal_range(next.first); hit != end; ++hit) {
      if ((read_ += hit->second.body.size() + kBytesOfMacro) > kMaxMacroBytesRead) return Mark::glued;
      worst = std::max(worst, mark_here(hit->second, next.second, open));
      if (worst == Mark::glued) return worst;
    }
  }
  return worst;
}

Mark Macros::mark_here(const Macro& macro, std::size_t argument, std::vector<Argument>& open) const {
  Mark worst = Mark::kept;
  if (macro.parameters.empty()) return worst;
  const std::string& parameter = macro.parameters[std::min(argument, macro.parameters.size() - 1)];
  const auto tokens = tokens_of(macro.body);
  std::size_t last = 0;
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    if (tokens[i].text != parameter) continue;
    // `, ## __VA_ARGS__` glues nothing.
    const bool comma = parameter == "__VA_ARGS__" && i > 1 && tokens[i - 2].text == ",";
    if (i > 0 && tokens[i - 1].text == "##" && !comma) return Mark::glued;
    if (i + 1 < tokens.size() && tokens[i + 1].text == "##") return Mark::glued;
    if (i > 0 && tokens[i - 1].text == "#") worst = std::max(worst, Mark::quoted);
    last = i;
  }
  // Handed on: to which parameter does not matter much.
  for (std::size_t j = last; j-- > 0;) {
    if (!tokens[j].word || tokens[j + 1].text != "(") continue;
    std::size_t most = 0;
    for (auto [hit, end] = macros_.equal_range(tokens[j].text); hit != end; ++hit) most = std::max(most, hit->second.parameters.size());
    for (std::size_t k = 0; k < std::min(most, kHandedOn); ++k) open.emplace_back(tokens[j].text, k);
  }
  return worst;
}

Mark Macros::mark_of(Node node) const {
  Mark worst = Mark::kept;
  for (Node list = node.around({"argument_list", "parameter_list"}); list; list = list.around({"argument_list", "parameter_list"})) {
    Node callee = list.parent().get(list.is("argument_list") ? "function" : "declarator");
    if (!callee) callee = list.previous();
    if (!callee.is("identifier")) continue;
    worst = std::max(worst, mark(callee.text(), place_in(list, node)));
    // MODULE(name); outside of functions: what it makes of the name nobody here knows.
    const Node statement = list.parent().parent();
    if (list.is("argument_list") && statement.is("expression_statement") && !statement.around({"function_definition"})) return Mark::glued;
  }
  return worst;
}

bool Macros::writes(std::string_view macro, std::string_view name) const {
  std::set<std::string, std::less<>> asked;
  std::vector<std::string> open{std::string(macro)};
  while (!open.empty()) {
    const std::string next = std::move(open.back());
    open.pop_back();
    if (!asked.insert(next).second) continue;
    for (auto [hit, end] = macros_.equal_range(next); hit != end; ++hit) {
      if ((read_ += hit->second.body.size() + hit->second.parameters.size() + kBytesOfMacro) > kMaxMacroBytesRead) return true;
      const std::set<std::string_view> parameters(hit->second.parameters.begin(), hit->second.parameters.end());
      for (const Token& token : tokens_of(hit->second.body)) {
        if (!token.word || parameters.contains(token.text)) continue;
        if (token.text == name) return true;
        if (!asked.contains(token.text) && macros_.contains(token.text)) open.emplace_back(token.text);
      }
    }
  }
  return false;
}

bool Macros::takes_member(std::string_view macro, std::size_t argument) const {
  if (argument >= kMaxPlaces) return true;
  for (auto [hit, end] = macros_.equal_range(macro); hit != end; ++hit) {
    const Macro& m = hit->second;
    if ((read_ += m.body.size() + kBytesOfMacro) > kMaxMacroBytesRead) return true;
    if (m.parameters.empty()) continue;
    const std::string& parameter = m.parameters[std::min(argument, m.parameters.size() - 1)];
    const auto tokens = tokens_of(m.body);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      if (i > 0 && tokens[i].text == parameter && (tokens[i - 1].text == "." || tokens[i - 1].text == "->")) return true;
      const bool handed_on = tokens[i].word && i + 1 < tokens.size() && tokens[i + 1].text == "(" && tokens[i].text != "sizeof";
      if (handed_on && (macros_.contains(tokens[i].text) || tokens[i].text.contains("of"))) return true;
    }
  }
  return false;
}

bool Macros::derives(std::string_view macro) const {
  const auto [begin, end] = macros_.equal_range(macro);
  return begin != end && std::all_of(begin, end, [](const auto& named) {
           const auto tokens = tokens_of(named.second.body);
           const auto base = [&](std::size_t i) {
             return tokens[i].text == "public" && tokens[i + 1].text == named.second.parameters.front();
           };
           if (named.second.parameters.empty()) return false;
           for (std::size_t i = 0; i + 1 < tokens.size(); ++i)
             if (base(i)) return true;
           return false;
         });
}

bool Macros::may_name_member(std::string_view macro) const {
  for (auto [hit, end] = macros_.equal_range(macro); hit != end; ++hit)
    if (hit->second.body.contains("of")) return true;  // offsetof, container_of
  const auto names_it = [&](const auto& other) {
    scanned_ += other.second.body.size() + kBytesOfMacro;
    return other.first != macro && contains_word(other.second.body, macro);
  };
  if (scanned_ > kMaxMacroBytesScanned || std::ranges::any_of(macros_, names_it)) return true;
  for (const std::string& path : holders(std::string(macro))) {
    const Decoded* source = project_.text(path);
    if (source == nullptr) continue;
    const std::string_view text = source->text;
    scanned_ += text.size();
    bool behind = false;
    for (std::size_t at = find_word(text, macro); at != std::string_view::npos && !behind; at = find_word(text, macro, at + 1)) {
      if ((read_ += kBytesOfMacro) > kMaxMacroBytesRead) return true;
      const auto before = text::trim(text.substr(0, at).substr(at > kBytesOfMacro ? at - kBytesOfMacro : 0));
      behind = before.ends_with('.') || before.ends_with("->");
    }
    project_.forget(path);
    if (behind) return true;
  }
  return false;
}

// Whether the piece is given to the macro, or stands in a list that some macro hands out.
bool Macros::is_fed(std::string_view macro, const std::string& piece) const {
  const auto [listed, first] = in_bodies_.try_emplace(piece, false);
  if (first) listed->second = std::ranges::any_of(macros_, [&](const auto& m) { return contains_word(m.second.body, piece); });
  if (listed->second) return true;
  for (const std::string& path : holders(piece)) {
    const Decoded* source = project_.text(path);
    if (source == nullptr) continue;
    const std::string_view text = source->text;
    bool fed = false;
    for (std::size_t at = find_word(text, macro); at != std::string_view::npos && !fed; at = find_word(text, macro, at + 1)) {
      // Brackets that never close each lead to the file's end.
      const auto given = arguments_at(text, at + macro.size());
      fed = (read_ += given.size()) > kMaxMacroBytesRead || contains_word(given, piece);
    }
    project_.forget(path);
    if (fed) return true;
  }
  return false;
}

const std::vector<std::string>& Macros::holders(const std::string& piece) const {
  const auto [slot, first] = holders_.try_emplace(piece);
  if (!first) return slot->second;
  for (const std::string& path : project_.sources()) {
    const Decoded* source = project_.text(path);
    scanned_ += source == nullptr ? 0 : source->text.size();
    if (source != nullptr && contains_word(source->text, piece)) slot->second.push_back(path);
    project_.forget(path);
  }
  return slot->second;
}

std::vector<Place> Macros::makers(std::string_view name) const {
  std::vector<Place> places;
  std::size_t looked = 0;
  const auto fed = [&](std::string_view macro, std::string_view piece) {
    return ++looked > kMaxMakersLooked || is_fed(macro, std::string(piece));
  };
  for (const auto& [macro, m] : macros_) {
    const auto tokens = tokens_of(m.body);
    const std::set<std::string_view> parameters(m.parameters.begin(), m.parameters.end());
    bool makes = false;
    for (std::size_t i = 1; i + 1 < tokens.size() && !makes; ++i) {
      if (tokens[i].text != "##") continue;
      const auto left = tokens[i - 1].text, right = tokens[i + 1].text;
      if (!parameters.contains(left) && name.size() > left.size() && name.starts_with(left)) makes = fed(macro, name.substr(left.size()));
      if (!parameters.contains(right) && name.size() > right.size() && name.ends_with(right))
        makes = makes || fed(macro, name.substr(0, name.size() - right.size()));
    }
    if (!makes) continue;
    if (const Decoded* source = project_.text(m.path)) places.push_back(place_at(m.path, source->text, m.at));
    if (looked > kMaxMakersLooked) break;  // one that nobody looked into refuses for all that follow
  }
  return places;
}

}  // namespace argosy::code::linked
