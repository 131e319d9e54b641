#include "common/egress/request_head.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "common/core/text.h"

namespace argosy::egress {
namespace {

constexpr std::string_view kEnd = "\r\n\r\n";
constexpr std::size_t kMostHeaders = 100;
constexpr std::uint16_t kHttpPort = 80;
constexpr std::string_view kHttpScheme = "http://";

// Between a client and its proxy only, or nobody's business behind it.
constexpr auto kNotForwarded =
    std::to_array<std::string_view>({"host", "connection", "proxy-connection", "keep-alive", "proxy-authorization", "proxy-authenticate",
                                     "te", "trailer", "upgrade", "http2-settings", "expect", "forwarded", "via", "x-real-ip"});

bool is_visible(char c) { return c > 0x20 && c < 0x7f; }
bool is_token_char(char c) { return is_visible(c) && std::string_view("\"(),/:;<=>?@[\\]{}").find(c) == std::string_view::npos; }
bool is_value_char(char c) { return c == '\t' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f); }

struct Header {
  std::string name;  // lower case
  std::string_view value;
};

Judged<std::vector<Header>> read_headers(std::span<const std::string_view> lines) {
  if (lines.size() > kMostHeaders) return refuse(431, "head_too_large", "the request has too many headers");
  std::vector<Header> out;
  for (const std::string_view line : lines) {
    const std::size_t colon = line.find(':');
    // A blank before the colon, or at the start (a folded line), is what other parsers disagree about.
    if (colon == 0 || colon == std::string_view::npos || !std::ranges::all_of(line.substr(0, colon), is_token_char) ||
        !std::ranges::all_of(line.substr(colon + 1), is_value_char))
      return refuse(400, "header_malformed", "a header is malformed or folded");
    out.push_back({text::lower(line.substr(0, colon)), text::trim(line.substr(colon + 1))});
  }
  return out;
}

Judged<HostPort> read_authority(std::string_view text, std::uint16_t default_port) {
  auto at = parse_host_port(text, default_port);
  if (!at) return refuse(400, at.error().code, at.error().message);
  return std::move(*at);
}

// One Host header that says what the target says. Python's older clients send CONNECT as HTTP/1.0 and without one.
Judged<void> check_host(const std::vector<Header>& headers, const HostPort& to, bool may_miss) {
  const auto count = std::ranges::count(headers, "host", &Header::name);
  if (count == 0 && may_miss) return {};
  if (count != 1) return refuse(400, "host_mismatch", "the request must have exactly one Host header");
  const auto named = read_authority(std::ranges::find(headers, "host", &Header::name)->value, to.port);
  if (!named) return std::unexpected(named.error());
  if (*named != to) return refuse(400, "host_mismatch", "the Host header differs from the target");
  return {};
}

Judged<void> check_no_body(const std::vector<Header>& headers) {
  for (const Header& header : headers)
    if (header.name == "content-length" || header.name == "transfer-encoding")
      return refuse(400, "body_refused", "requests through this proxy have no body");
  return {};
}

bool is_forwarded(const std::string& name, const std::vector<std::string>& named_by_connection) {
  return std::ranges::find(kNotForwarded, name) == kNotForwarded.end() && !name.starts_with("x-forwarded-") &&
         std::ranges::find(named_by_connection, name) == named_by_connection.end();
}

std::string forwarded_head(std::string_view method, std::string_view path, const HostPort& to, const std::vector<Header>& headers) {
  std::vector<std::string> hop_by_hop;
  for (const Header& header : headers)
    if (header.name == "connection" || header.name == "proxy-connection")
      for (const std::string_view name : text::split(header.value, ',')) hop_by_hop.push_back(text::lower(text::trim(name)));
  std::string out = fmt::format("{} {}{} HTTP/1.1\r\nHost: {}", method, path.starts_with('/') ? "" : "/", path, to.host.in_authority());
  if (to.port != kHttpPort) out += fmt::format(":{}", to.port);
  for (const Header& header : headers)
    if (is_forwarded(header.name, hop_by_hop)) out += fmt::format("\r\n{}: {}", header.name, header.value);
  return out + "\r\nConnection: close" + std::string(kEnd);
}

// An http:// URL: where it leads, and what is behind the authority.
Judged<std::pair<HostPort, std::string_view>> read_url(std::string_view target) {
  if (text::lower(target.substr(0, kHttpScheme.size())) != kHttpScheme)
    return refuse(400, "scheme_refused", "GET and HEAD take http:// URLs in full; https goes through CONNECT");
  target.remove_prefix(kHttpScheme.size());
  if (target.contains('#')) return refuse(400, "request_malformed", "a URL in a request has no fragment");
  const std::size_t end = std::min(target.find_first_of("/?"), target.size());
  auto to = read_authority(target.substr(0, end), kHttpPort);
  if (!to) return std::unexpected(std::move(to.error()));
  return std::pair{std::move(*to), target.substr(end)};
}

Judged<Request> judge(std::string_view head) {
  std::vector<std::string_view> lines = text::split(head, '\n');
  for (auto& line : lines)
    if (line.ends_with('\r')) line.remove_suffix(1);
  const auto words = text::split(lines.front(), ' ');
  if (words.size() != 3 || words[1].empty() || !std::ranges::all_of(words[0], is_token_char) || !std::ranges::all_of(words[1], is_visible))
    return refuse(400, "request_malformed", "the request line is malformed");
  const bool tunnel = words[0] == "CONNECT";
  if (!tunnel && words[0] != "GET" && words[0] != "HEAD")
    return refuse(405, "method_refused", "this proxy takes CONNECT, GET and HEAD only");
  if (words[2] != "HTTP/1.1" && !(tunnel && words[2] == "HTTP/1.0")) return refuse(400, "version_refused", "this proxy speaks HTTP/1.1");
  const auto headers = read_headers(std::span(lines).subspan(1));
  if (!headers) return std::unexpected(headers.error());
  if (const auto none = check_no_body(*headers); !none) return std::unexpected(none.error());

  std::string_view path;
  auto to = tunnel ? read_authority(words[1], 0) : Judged<HostPort>(std::unexpected(Refusal{}));
  if (!tunnel) {
    auto url = read_url(words[1]);
    if (!url) return std::unexpected(std::move(url.error()));
    to = std::move(url->first);
    path = url->second;
  }
  if (!to) return std::unexpected(std::move(to.error()));
  if (const auto same = check_host(*headers, *to, words[2] == "HTTP/1.0"); !same) return std::unexpected(same.error());
  Request out{.to = *to, .tunnel = tunnel, .wants_body = words[0] != "HEAD"};
  if (!tunnel) out.forward = forwarded_head(words[0], path, *to, *headers);
  return out;
}

std::string_view phrase(int status) {
  switch (status) {
    case 400:
      return "Bad Request";
    case 403:
      return "Forbidden";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 504:
      return "Gateway Timeout";
    default:
      return "Bad Gateway";
  }
}

}  // namespace

std::optional<Judged<Request>> read_head(std::string_view bytes, std::size_t max_bytes) {
  if (bytes.empty()) return std::nullopt;
  if (bytes.front() == 4 || bytes.front() == 5) return refuse(0, "socks_refused", "SOCKS is not offered");
  // Judged by where it is in the stream, not by how much of the stream is here: first come, first judged.
  const std::string_view seen = bytes.substr(0, max_bytes);
  for (std::size_t i = 0; i < seen.size(); ++i) {
    const char c = seen[i];
    const bool after_cr = i > 0 && seen[i - 1] == '\r';
    if (after_cr != (c == '\n') || !(is_value_char(c) || c == '\r' || c == '\n'))
      return refuse(400, "request_malformed", "the request holds a control character or a line that does not end with CR LF");
    if (c != '\n' || !seen.substr(0, i + 1).ends_with(kEnd)) continue;
    auto request = judge(seen.substr(0, i + 1 - kEnd.size()));
    if (request) request->length = i + 1;
    return request;
  }
  if (bytes.size() > max_bytes) return refuse(431, "head_too_large", "the request line and headers are too long");
  return std::nullopt;
}

std::string answer_to(const Refusal& refusal, bool wants_body) {
  const std::string body = "argosy egress proxy: " + refusal.text + " (" + refusal.reason + ")\n";
  return fmt::format(
      "HTTP/1.1 {} {}\r\nX-Argosy-Egress: refused; reason={}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {}\r\n"
      "{}Connection: close\r\n\r\n{}",
      refusal.status, phrase(refusal.status), refusal.reason, body.size(), refusal.status == 405 ? "Allow: CONNECT, GET, HEAD\r\n" : "",
      wants_body ? body : "");
}

}  // namespace argosy::egress
