#include "common/code/binding/project.h"

#include <algorithm>

#include "common/core/text.h"

namespace argosy::code {
namespace {

bool lies_in(std::string_view path, std::span<const std::string_view> folders) {
  const auto parts = text::split(path, '/');
  return std::any_of(parts.begin(), parts.end() - 1,
                     [&](std::string_view part) { return std::ranges::find(folders, part) != folders.end(); });
}

}  // namespace

std::size_t find_word(std::string_view text, std::string_view word, std::size_t from, bool ascii) {
  const auto is_word_byte = [ascii](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '$' || (!ascii && static_cast<unsigned char>(c) >= 0x80);
  };

  for (std::size_t at = text.find(word, from); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const std::size_t end = at + word.size();
    if ((at == 0 || !is_word_byte(text[at - 1])) && (end == text.size() || !is_word_byte(text[end]))) return at;
  }
  return std::string_view::npos;
}

// What stands between the quotes.
std::string_view content_of(std::string_view literal) {
  const auto open = literal.find_first_of("\"'`");
  if (open == std::string_view::npos) return literal;
  const auto quotes = literal.substr(open, 3);
  const std::size_t width = literal.size() >= open + 6 && quotes == std::string(3, literal[open]) ? 3 : 1;
  return literal.size() < open + 2 * width ? std::string_view() : literal.substr(open + width, literal.size() - open - 2 * width);
}

bool contains_word(std::string_view text, std::string_view word) { return find_word(text, word) != std::string_view::npos; }

Result<void> Project::load() {
  ARGOSY_TRY(auto listed, tree_.list());
  for (std::string& path : listed) {
    if (lies_in(path, rules_.foreign_folders())) continue;
    known_.insert(path);
    const auto name = std::string_view(path).substr(path.rfind('/') + 1);
    if (name == "package.json" || name == "go.mod") manifests_.push_back(path);
    if (rules_.language_of(path)) {
      for (std::size_t slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1))
        folders_.insert(path.substr(0, slash));
      by_name_[path.substr(path.rfind('/') + 1)].push_back(path);
      sources_.push_back(path);
    }
    files_.push_back(std::move(path));
  }
  return {};
}

const std::vector<std::string>& Project::named(std::string_view name) const {
  static const std::vector<std::string> kNone;
  const auto hit = by_name_.find(name);
  return hit == by_name_.end() ? kNone : hit->second;
}

const Decoded* Project::text(const std::string& path) const {
  if (const auto hit = texts_.find(path); hit != texts_.end()) return hit->second ? &*hit->second : nullptr;
  auto bytes = tree_.read(path);
  if (!bytes) {
    if (!problem_) problem_ = bytes.error();
    return nullptr;
  }
  auto& slot = texts_[path];
  if (bytes->has_value()) slot = decode(**bytes);
  return slot ? &*slot : nullptr;
}

void Project::forget(const std::string& path) const {
  if (!parsed_.contains(path)) texts_.erase(path);
}

const Model* Project::model(const std::string& path) const {
  if (const auto hit = parsed_.find(path); hit != parsed_.end()) return hit->second.error ? nullptr : &hit->second.model;
  Parsed& slot = parsed_[path];
  const auto language = rules_.language_of(path);
  const Decoded* source = text(path);
  if (!language || source == nullptr) {
    slot.error = Error{Category::needs_user, "source_unreadable", "the file is not text", ""};
    return nullptr;
  }
  parsed_bytes_ += source->text.size();
  if (parsed_bytes_ > kMaxParsedBytes) {
    slot.error = Error{Category::needs_user, "project_too_large", "too many sources mention the name",
                       "rename something rarer, or narrow the paths"};
    if (!problem_) problem_ = slot.error;
    return nullptr;
  }
  auto tree = Tree::parse(*language, source->text);
  if (!tree) {
    slot.error = std::move(tree.error());
    return nullptr;
  }
  slot.tree = std::make_unique<Tree>(*std::move(tree));
  slot.model = rules_.bind(*slot.tree, path);
  return &slot.model;
}

const std::vector<std::string>& Project::resolve(const Model& importer, std::string_view module) const {
  const auto [slot, first] = imports_.try_emplace({&importer, std::string(module)});
  if (first) slot->second = rules_.resolve(*this, importer, module);
  return slot->second;
}

const Model* Project::parsed(const std::string& path) const {
  const auto hit = parsed_.find(path);
  return hit == parsed_.end() || hit->second.error ? nullptr : &hit->second.model;
}

bool Project::remember(const std::string& question, const std::function<bool()>& answer) const {
  if (const auto hit = facts_.find(question); hit != facts_.end()) return hit->second;
  return facts_[question] = answer();
}

void Project::give_up(std::string what) const {
  if (!problem_)
    problem_ = Error{Category::needs_user, "project_too_large", std::move(what), "rename something rarer, or narrow the paths"};
}

const Error* Project::why(const std::string& path) const {
  const auto hit = parsed_.find(path);
  return hit == parsed_.end() || !hit->second.error ? nullptr : &*hit->second.error;
}

}  // namespace argosy::code
