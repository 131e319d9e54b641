#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/core/json.h"
#include "common/core/json/plain.h"
#include "common/core/text.h"

namespace argosy::json {
namespace {

constexpr double kLargestExactWhole = 9007199254740992.0;  // 2^53

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    case '\0':
      out += "\xef\xbf\xbd";
      break;
    default:
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", static_cast<unsigned>(c));
  }
}

void append_quoted(std::string& out, std::string_view raw) {
  // What we write, our own strict reader takes: U+0000 and invalid UTF-8 become the replacement character.
  const std::string repaired = text::is_utf8(raw) ? std::string() : text::to_utf8(raw);
  const std::string_view text = repaired.empty() ? raw : std::string_view(repaired);
  out.push_back('"');
  // Runs of what stands for itself go whole.
  for (std::size_t from = 0; from < text.size();) {
    const std::size_t to = from + plain_run(text.substr(from));
    out += text.substr(from, to - from);
    if (to == text.size()) break;
    append_escaped(out, text[to]);
    from = to + 1;
  }
  out.push_back('"');
}

class Writer {
 public:
  enum class Style { compact, pretty, canonical };
  explicit Writer(Style style) : style_(style) {}

  std::string take() { return std::move(out_); }

  void write(const Value& value, int level = 0) {
    if (value.is_null()) {
      out_ += "null";
    } else if (value.is_bool()) {
      out_ += value.as_bool() ? "true" : "false";
    } else if (value.is_int()) {
      fmt::format_to(std::back_inserter(out_), "{}", value.as_int());
    } else if (value.is_number()) {
      write_double(value.as_double());
    } else if (value.is_string()) {
      append_quoted(out_, value.as_string());
    } else if (value.is_array()) {
      write_array(value.as_array(), level);
    } else {
      write_object(value.as_object(), level);
    }
  }

 private:
  void write_double(double number) {
    if (!std::isfinite(number)) {
      out_ += "null";  // JSON has no such numbers
      return;
    }
    const bool whole = std::trunc(number) == number && std::abs(number) < kLargestExactWhole;
    if (whole && style_ == Style::canonical) {
      fmt::format_to(std::back_inserter(out_), "{}", static_cast<std::int64_t>(number));
      return;
    }
    const std::string text = fmt::format("{}", number);
    out_ += text;
    // Otherwise the number would come back as an integer.
    if (text.find_first_of(".e") == std::string::npos) out_ += ".0";
  }

  void write_array(const Array& array, int level) {
    out_.push_back('[');
    bool first = true;
    for (const Value& item : array) {
      begin_item(first, level + 1);
      write(item, level + 1);
    }
    end_items(first, level);
    out_.push_back(']');
  }

  void write_object(const Object& object, int level) {
    std::vector<const Member*> members;
    members.reserve(object.size());
    for (const Member& member : object) members.push_back(&member);
    if (style_ == Style::canonical) std::ranges::sort(members, {}, [](const Member* member) -> const std::string& { return member->key; });
    out_.push_back('{');
    bool first = true;
    for (const Member* member : members) {
      begin_item(first, level + 1);
      append_quoted(out_, member->key);
      out_ += style_ == Style::pretty ? ": " : ":";
      write(member->value, level + 1);
    }
    end_items(first, level);
    out_.push_back('}');
  }

  void begin_item(bool& first, int level) {
    if (!first) out_.push_back(',');
    first = false;
    new_line(level);
  }
  void end_items(bool empty, int level) {
    if (!empty) new_line(level);
  }
  void new_line(int level) {
    if (style_ != Style::pretty) return;
    out_.push_back('\n');
    out_.append(static_cast<std::size_t>(level) * 2, ' ');
  }

  Style style_;
  std::string out_;
};

std::string written(const Value& value, Writer::Style style) {
  Writer writer(style);
  writer.write(value);
  return writer.take();
}

}  // namespace

std::string dump(const Value& value) { return written(value, Writer::Style::compact); }
std::string dump_pretty(const Value& value) { return written(value, Writer::Style::pretty); }
std::string canonical(const Value& value) { return written(value, Writer::Style::canonical); }

std::string quote(std::string_view text) {
  std::string quoted;
  quoted.reserve(text.size() + 2);
  append_quoted(quoted, text);
  return quoted;
}

}  // namespace argosy::json
