#include "common/http/target.h"

#include "common/core/text.h"

namespace argosy::http {
namespace {

std::optional<std::string> percent_decode(std::string_view text, bool plus_is_space) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && plus_is_space) {
      out += ' ';
    } else if (text[i] == '%') {
      const auto byte = text::from_hex(text.substr(i + 1, 2));
      if (!byte || byte->size() != 1) return std::nullopt;
      out += *byte;
      i += 2;
    } else {
      out += text[i];
    }
  }
  if (!text::is_utf8(out) || out.find('\0') != std::string::npos) return std::nullopt;
  return out;
}

bool parse_query(std::string_view query, std::map<std::string, std::string>& out) {
  if (query.empty()) return true;
  for (const auto pair : text::split(query, '&')) {
    if (pair.empty()) continue;
    const auto equals = pair.find('=');
    const auto key = percent_decode(pair.substr(0, equals), true);
    const auto value = equals == std::string_view::npos ? std::string() : percent_decode(pair.substr(equals + 1), true);
    if (!key || !value) return false;
    out.emplace(*key, *value);  // the first of repeated keys stays
  }
  return true;
}

// "http://host/path" is legal from any client, not only from proxies (RFC 9112, 3.2.2).
std::string_view without_authority(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!target.starts_with(scheme)) continue;
    const auto slash = target.find('/', scheme.size());
    return slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
  }
  return target;
}

}  // namespace

std::string Target::path() const {
  std::string out;
  for (const auto& part : parts) out += "/" + part;
  return out;
}

std::optional<Target> parse_target(std::string_view target) {
  target = without_authority(target);
  if (!target.starts_with('/')) return std::nullopt;
  const auto mark = target.find('?');
  Target out;
  for (const auto raw : text::split(target.substr(1, mark == std::string_view::npos ? mark : mark - 1), '/')) {
    auto part = percent_decode(raw, false);
    if (!part) return std::nullopt;
    out.parts.push_back(std::move(*part));
  }
  if (mark != std::string_view::npos && !parse_query(target.substr(mark + 1), out.query)) return std::nullopt;
  return out;
}

}  // namespace argosy::http
