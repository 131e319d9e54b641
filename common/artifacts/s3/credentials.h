// Where the keys come from that S3 is asked with: given once, or lent for an hour to a pod by its service account (IRSA) or by the agent of
// its machine (container credentials). Used by Bucket. Any thread; a call may block while keys are fetched.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "common/artifacts/s3/sigv4.h"
#include "common/core/error.h"
#include "common/http/client.h"

namespace argosy::artifacts::s3 {

using Fetch = std::function<Result<http::Response>(const http::ClientRequest&)>;
// Whether nobody waits any more for what is asked: true ends a call within a second or two. Empty: somebody always does.
using GiveUp = std::function<bool()>;

class CredentialSource {
 public:
  virtual ~CredentialSource() = default;
  // Errors (A): artifact_keys_unavailable.
  virtual Result<Credentials> get(const GiveUp& give_up) = 0;
  // What was given out is refused: the next get() asks anew.
  virtual void forget() {}
};

std::unique_ptr<CredentialSource> fixed_credentials(Credentials credentials);

// Lent keys are renewed this long before they end, and used to their end when that fails.
inline constexpr UnixMillis kRenewBefore = 5 * 60'000;

// AssumeRoleWithWebIdentity at STS, with the token in that file, which Kubernetes renews.
struct WebIdentity {
  std::string role_arn, token_file, session, sts_url;
};
std::unique_ptr<CredentialSource> web_identity(WebIdentity identity, Fetch fetch, const Clock& clock);

// A GET of that URL with what stands in the file as authorization (a file may be empty: none).
struct ContainerAgent {
  std::string url, token_file;
};
std::unique_ptr<CredentialSource> container_credentials(ContainerAgent agent, Fetch fetch, const Clock& clock);

}  // namespace argosy::artifacts::s3
