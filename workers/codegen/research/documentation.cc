#include "workers/codegen/research/documentation.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "common/core/text.h"
#include "common/http/client.h"
#include "common/http/url.h"
#include "workers/codegen/research/plain_text.h"

namespace argosy::codegen {
namespace {

constexpr std::string_view kHole = "{query}";
constexpr int kOk = 200;

std::string escaped(std::string_view query) {
  std::string out;
  for (const char c : query) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.' || c == '~')
      out += c;
    else
      out += fmt::format("%{:02X}", byte);
  }
  return out;
}

std::string with_query(const std::string& address, std::string_view query) {
  auto url = address;
  return url.replace(url.find(kHole), kHole.size(), escaped(query));
}

std::unexpected<Error> invalid(const std::string& address, std::string_view why) {
  return fail_user("research_url_invalid", fmt::format("ARGOSY_RESEARCH_URLS: {}: {}", address, why),
                   "write addresses such as https://docs.example.org/search?q={query}");
}

}  // namespace

Result<std::unique_ptr<Documentation>> Documentation::open(std::string_view templates, const std::vector<HostAddress>& vouched,
                                                           const Clock& clock) {
  std::vector<Source> sources;
  std::string all(templates);
  std::ranges::replace_if(all, [](char c) { return c == '\n' || c == '\t' || c == '\r'; }, ' ');
  for (const auto word : text::split(all, ' ')) {
    if (text::trim(word).empty()) continue;
    Source source{.address = std::string(text::trim(word)), .host = {}};
    const auto& address = source.address;
    const auto hole = address.find(kHole), scheme = address.find("://");
    const auto path = scheme == std::string::npos ? scheme : address.find_first_of("/?", scheme + 3);
    if (hole == std::string::npos || path == std::string::npos || hole < path || address.find(kHole, hole + 1) != std::string::npos)
      return invalid(address, "{query} must stand once in its path or query");
    const auto url = http::parse_url(with_query(address, "x"));
    if (!url) return invalid(address, url.error().message);
    if (url->has_userinfo) return invalid(address, "it must name no user");
    source.host = url->host;
    source.vouched = std::ranges::any_of(vouched, [&](const HostAddress& one) { return one.host.text() == url->host; });
    if (url->scheme != "https" && !source.vouched) return invalid(address, "without TLS only hosts of ARGOSY_EGRESS_ADDRESSES are asked");
    sources.push_back(std::move(source));
  }
  if (sources.size() > kMostSources) return invalid(sources.back().address, fmt::format("at most {} addresses", kMostSources));
  if (sources.empty()) return nullptr;
  return std::unique_ptr<Documentation>(new Documentation(std::move(sources), clock));
}

Result<std::string> Documentation::ask(const Source& source, const std::string& query, std::chrono::nanoseconds until) {
  const auto url = with_query(source.address, query);
  const auto now = clock_.unix_ms();
  {
    const std::lock_guard lock(mutex_);
    kept_.remove_if([&](const Kept& one) { return now - one.at > std::chrono::milliseconds(kKeptFor).count(); });
    const auto found = std::ranges::find(kept_, url, &Kept::url);
    if (found != kept_.end()) return found->text;
  }
  const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until - clock_.boot_time());
  if (left <= std::chrono::milliseconds::zero()) return fail_transient("research_failed", "those before it took all the time");
  // Redirects are followed by nobody: what is allowed is this host.
  const auto answer = http::fetch({.url = url,
                                   .headers = {{"Accept", "text/plain, application/json, text/html"}},
                                   .timeout = std::min<std::chrono::milliseconds>(kPatience, left),
                                   .max_response_bytes = kMostFetched,
                                   .refuse_private_addresses = !source.vouched});
  if (!answer) return std::unexpected(answer.error());
  if (answer->status != kOk) return fail_transient("research_failed", fmt::format("it answered with status {}", answer->status));
  const auto type = answer->headers.find("Content-Type");
  const bool html = type != answer->headers.end() && text::lower(type->second).contains("html");
  auto text = text::ellipsize(text::to_utf8(html ? text_of_html(answer->body) : answer->body), kMostAnswer);
  const std::lock_guard lock(mutex_);
  kept_.push_front({.url = url, .text = text, .at = now});
  if (kept_.size() > kMostKept) kept_.pop_back();
  return text;
}

Result<std::string> Documentation::search(const std::string& query) {
  std::string all, failures;
  const auto until = clock_.boot_time() + kPatienceInAll;
  for (const auto& source : sources_) {
    const auto said = ask(source, query, until);
    if (said)
      all += fmt::format("{} says:\n{}\n", source.host, said->empty() ? "nothing" : *said);
    else
      failures += fmt::format("{} could not be asked: {}\n", source.host, said.error().message);
  }
  if (all.empty()) return fail_transient("research_failed", std::string(text::trim(failures)));
  return all + failures;
}

}  // namespace argosy::codegen
