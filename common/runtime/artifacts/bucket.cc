#include "common/runtime/artifacts/bucket.h"

#include <fmt/format.h>

#include "common/core/crypto.h"
#include "common/runtime/connect.h"
#include "common/store/placed/placed_blobs.h"

namespace argosy::runtime {
namespace {

namespace s3 = artifacts::s3;

std::string value_of(const config::Environment& environment, const std::string& name) {
  const auto found = environment.find(name);
  return found == environment.end() ? "" : found->second;
}

// In the order in which AWS's own tools look.
std::unique_ptr<s3::CredentialSource> keys_of(const config::Settings& settings, const s3::Surroundings& around) {
  if (!settings.s3_access_key_id.empty())
    return s3::fixed_credentials({.access_key = settings.s3_access_key_id, .secret_key = settings.s3_secret_access_key});
  const auto environment = config::process_environment();
  if (const auto role = value_of(environment, "AWS_ROLE_ARN"); !role.empty()) {
    const auto sts =
        settings.s3_sts_endpoint.empty() ? fmt::format("https://sts.{}.amazonaws.com", settings.s3_region) : settings.s3_sts_endpoint;
    return s3::web_identity({.role_arn = role,
                             .token_file = value_of(environment, "AWS_WEB_IDENTITY_TOKEN_FILE"),
                             .session = "argosy-" + host_name().substr(0, 50),
                             .sts_url = sts},
                            around.fetch, around.clock);
  }
  return s3::container_credentials({.url = value_of(environment, "AWS_CONTAINER_CREDENTIALS_FULL_URI"),
                                    .token_file = value_of(environment, "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")},
                                   around.fetch, around.clock);
}

}  // namespace

std::shared_ptr<s3::Bucket> bucket_of(const config::Settings& settings, BucketPatience patience) {
  if (settings.s3_bucket.empty()) return nullptr;
  const auto around = s3::real_surroundings();
  return std::make_shared<s3::Bucket>(s3::BucketOptions{.bucket = settings.s3_bucket,
                                                        .region = settings.s3_region,
                                                        .endpoint = settings.s3_endpoint,
                                                        .path_style = settings.s3_path_style,
                                                        .encryption = settings.s3_encryption == "bucket" ? "" : settings.s3_encryption,
                                                        .kms_key = settings.s3_kms_key,
                                                        .timeout = patience.timeout,
                                                        .tries = patience.tries},
                                      keys_of(settings, around), around);
}

ReadPlaced read_placed(std::shared_ptr<s3::Bucket> bucket, std::string prefix) {
  return [bucket = std::move(bucket), prefix = std::move(prefix)](const std::string& sha256, std::int64_t place,
                                                                  const s3::GiveUp& give_up) -> Result<std::optional<std::string>> {
    const auto key = s3::key_of(prefix, sha256, place);
    ARGOSY_TRY(auto bytes, bucket->get(key, give_up));
    if (!bytes) return fail_transient("artifact_lost", "the bucket has no " + key, "restore the object: the bucket keeps versions");
    if (crypto::sha256_hex(*bytes) != sha256)
      return fail_security("artifact_corrupt", fmt::format("the bytes of artifact {} are not those that were stored", sha256));
    return bytes;
  };
}

ReadPlaced read_placed(const config::Settings& settings, BucketPatience patience) {
  auto bucket = bucket_of(settings, patience);
  return bucket ? read_placed(std::move(bucket), settings.s3_prefix) : ReadPlaced{};
}

Result<bool> remove_unnamed(store::Database& db, s3::Bucket& bucket, const std::string& prefix, const s3::GiveUp& give_up) {
  ARGOSY_TRY(const auto looked_at, store::leave_places(db, kPlacesAPass));
  ARGOSY_TRY(const auto leaving, store::leaving_blobs(db, kObjectsAPass));
  std::vector<std::int64_t> gone;
  Result<void> removed;
  for (const auto& blob : leaving) {
    removed = bucket.remove(s3::key_of(prefix, blob.sha256, blob.place), give_up);
    if (!removed) break;
    gone.push_back(blob.place);
  }
  if (!gone.empty()) ARGOSY_TRY_VOID(store::blobs_left(db, gone));
  if (!removed) return std::unexpected(removed.error());
  return looked_at >= kPlacesAPass || leaving.size() >= kObjectsAPass;
}

}  // namespace argosy::runtime
