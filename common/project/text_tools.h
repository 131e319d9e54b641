// Looking into files that people wrote for other tools: scripts, sections of INI and TOML, tags of XML. Simple on purpose: what is not
// understood is not found. Used by this room only. Pure, any thread.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace argosy::project {

bool mentions(std::string_view text, std::string_view word);
// Whether `word` stands in the text by itself: "jest" in "npx jest --ci", not in "jester", "jest-cli" or "test:jest".
bool names(std::string_view text, std::string_view word);
// `word` in single quotes for /bin/sh.
std::string shell_word(std::string_view word);
std::string replaced(std::string text, std::string_view what, std::string_view with);
// What stands between the first <tag> and its </tag>, trimmed; empty when there is none.
std::string xml_value(std::string_view xml, std::string_view tag);
// The first run of digits and dots at or after `from`: "3.11" in ">=3.11,<4".
std::string first_version(std::string_view text);

// [section] and its "key = value" pairs. Values of several lines (indented, or an open bracket of TOML) are joined by \n; comments are
// dropped. Repeated sections and keys stay as they are.
struct Section {
  std::string name;
  std::vector<std::pair<std::string, std::string>> values;
  std::string value(std::string_view key) const;  // the first, or empty
};
class Sections {
 public:
  explicit Sections(std::string_view text);
  const Section* find(std::string_view name) const;
  bool has_under(std::string_view name) const;  // the section itself or one called "name.more"
  std::string value(std::string_view section, std::string_view key) const;
  const std::vector<Section>& all() const { return sections_; }

 private:
  std::vector<Section> sections_;
};

// What is quoted in a TOML array or string, one by one: ["a", 'b'] gives a and b.
std::vector<std::string> strings_of(std::string_view toml);

}  // namespace argosy::project
