#include "common/artifacts/s3/credentials.h"

#include <fmt/format.h>

#include <chrono>
#include <mutex>
#include <optional>
#include <utility>

#include "common/artifacts/s3/xml.h"
#include "common/core/file.h"
#include "common/core/json.h"
#include "common/core/redact.h"
#include "common/core/text.h"

namespace argosy::artifacts::s3 {
namespace {

constexpr std::size_t kMaxTokenBytes = 64 << 10, kMaxAnswerBytes = 64 << 10;
constexpr std::chrono::milliseconds kTimeout{10'000};
constexpr std::chrono::milliseconds kLookEvery{100};  // whether who waits for another's fetch still does

std::unexpected<Error> unavailable(const std::string& why) {
  return fail_transient("artifact_keys_unavailable", "no keys for the bucket of artifacts: " + why,
                        "see the service account's role (IRSA) or the agent that lends keys");
}

class Fixed final : public CredentialSource {
 public:
  explicit Fixed(Credentials credentials) : credentials_(std::move(credentials)) {}
  Result<Credentials> get(const GiveUp&) override { return credentials_; }

 private:
  const Credentials credentials_;
};

// Keys that end. One thread fetches, the others wait for it: they could do nothing without.
class Lent final : public CredentialSource {
 public:
  using Borrow = std::function<Result<Credentials>(const GiveUp&)>;
  Lent(Borrow borrow, const Clock& clock) : borrow_(std::move(borrow)), clock_(clock) {}

  Result<Credentials> get(const GiveUp& give_up) override {
    std::unique_lock held(mutex_, std::defer_lock);
    while (!held.try_lock_for(kLookEvery))
      if (give_up && give_up()) return unavailable("another fetches them, and nobody waits any more");
    const auto now = clock_.unix_ms();
    if (kept_ && now < kept_->expires_at - kRenewBefore) return *kept_;
    auto fresh = borrow_(give_up);
    if (!fresh) {
      if (kept_ && now < kept_->expires_at) return *kept_;
      return fresh;
    }
    redact_register_secret(fresh->secret_key);
    redact_register_secret(fresh->session_token);
    kept_ = *fresh;
    return fresh;
  }

  void forget() override {
    const std::lock_guard held(mutex_);
    kept_.reset();
  }

 private:
  const Borrow borrow_;
  const Clock& clock_;
  std::timed_mutex mutex_;
  std::optional<Credentials> kept_;
};

Result<Credentials> checked(Credentials found, const std::string& expires, std::string_view who) {
  const auto at = from_rfc3339(expires);
  if (found.access_key.empty() || found.secret_key.empty() || !at) return unavailable(fmt::format("{} answered without some", who));
  found.expires_at = *at;
  return found;
}

Result<std::string> token_in(const std::string& file) {
  auto token = read_file(file, kMaxTokenBytes);
  if (!token) return unavailable(token.error().message);
  return std::string(text::trim(*token));
}

Result<http::Response> ask(const Fetch& fetch, const http::ClientRequest& request, std::string_view who) {
  auto answer = fetch(request);
  if (!answer) return unavailable(fmt::format("{}: {}", who, answer.error().message));
  if (answer->status != 200) {
    const auto said = xml_text(answer->body, "Code");
    return unavailable(fmt::format("{} answered {}{}", who, answer->status, said.empty() ? "" : " " + said));
  }
  return answer;
}

}  // namespace

std::unique_ptr<CredentialSource> fixed_credentials(Credentials credentials) { return std::make_unique<Fixed>(std::move(credentials)); }

std::unique_ptr<CredentialSource> web_identity(WebIdentity identity, Fetch fetch, const Clock& clock) {
  auto borrow = [identity = std::move(identity), fetch = std::move(fetch)](const GiveUp& give_up) -> Result<Credentials> {
    ARGOSY_TRY(const std::string token, token_in(identity.token_file));
    http::ClientRequest request{.method = "POST", .url = identity.sts_url, .timeout = kTimeout, .max_response_bytes = kMaxAnswerBytes};
    request.cancelled = give_up;
    request.headers["Content-Type"] = "application/x-www-form-urlencoded";
    request.body = query_string({{"Action", "AssumeRoleWithWebIdentity"},
                                 {"Version", "2011-06-15"},
                                 {"RoleArn", identity.role_arn},
                                 {"RoleSessionName", identity.session},
                                 {"WebIdentityToken", token}});
    ARGOSY_TRY(const auto answer, ask(fetch, request, "STS"));
    return checked({.access_key = xml_text(answer.body, "AccessKeyId"),
                    .secret_key = xml_text(answer.body, "SecretAccessKey"),
                    .session_token = xml_text(answer.body, "SessionToken")},
                   xml_text(answer.body, "Expiration"), "STS");
  };
  return std::make_unique<Lent>(std::move(borrow), clock);
}

std::unique_ptr<CredentialSource> container_credentials(ContainerAgent agent, Fetch fetch, const Clock& clock) {
  auto borrow = [agent = std::move(agent), fetch = std::move(fetch)](const GiveUp& give_up) -> Result<Credentials> {
    http::ClientRequest request{.url = agent.url, .timeout = kTimeout, .max_response_bytes = kMaxAnswerBytes};
    request.cancelled = give_up;
    if (!agent.token_file.empty()) {
      ARGOSY_TRY(request.headers["Authorization"], token_in(agent.token_file));
    }
    ARGOSY_TRY(const auto answer, ask(fetch, request, "the agent that lends keys"));
    const auto body = json::parse(answer.body);
    if (!body) return unavailable("what the agent that lends keys answered is no JSON");
    const auto text_of = [&](std::string_view name) {
      const auto* value = body->find(name);
      return value != nullptr && value->is_string() ? value->as_string() : std::string();
    };
    return checked({.access_key = text_of("AccessKeyId"), .secret_key = text_of("SecretAccessKey"), .session_token = text_of("Token")},
                   text_of("Expiration"), "the agent that lends keys");
  };
  return std::make_unique<Lent>(std::move(borrow), clock);
}

}  // namespace argosy::artifacts::s3
