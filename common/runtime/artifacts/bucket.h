// The bucket of artifacts, as the configuration names it: for whoever puts artifacts (blob_artifacts.h), whoever reads them by the database
// alone (store::DatabaseOptions::read_placed), and the scheduler, which removes what retention let go. Any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "common/artifacts/s3/bucket.h"
#include "common/config/settings.h"
#include "common/store/database.h"

namespace argosy::runtime {

// How long one call may take: so many tries of so long. By default as long as a step of a task can wait.
struct BucketPatience {
  int tries = artifacts::s3::kTries;
  std::chrono::milliseconds timeout{30'000};
};

// Null without ARGOSY_S3_BUCKET. Its keys are those of ARGOSY_S3_ACCESS_KEY_ID, else of the pod's service account (AWS_ROLE_ARN and
// AWS_WEB_IDENTITY_TOKEN_FILE), else of the agent that lends them (AWS_CONTAINER_CREDENTIALS_FULL_URI). Nothing is asked yet.
std::shared_ptr<artifacts::s3::Bucket> bucket_of(const config::Settings& settings, BucketPatience patience = {});

// The bytes of a digest, checked against it. Errors (besides the bucket's): artifact_lost (A, it is not where it was put),
// artifact_corrupt (D).
using ReadPlaced =
    std::function<Result<std::optional<std::string>>(const std::string& sha256, std::int64_t place, const artifacts::s3::GiveUp& give_up)>;
ReadPlaced read_placed(std::shared_ptr<artifacts::s3::Bucket> bucket, std::string prefix);
// Empty without a bucket.
ReadPlaced read_placed(const config::Settings& settings, BucketPatience patience = {});

// Bounds of a pass of retention. To walk 200,000 places that are all named took 4 to 8 s by 1,024 and 18 to 20 s by 64, the longest pass
// 0.1 s (two cores under load). Objects go one after the other, and are this pass' own for ten minutes: 64 leave each nine seconds.
inline constexpr std::size_t kPlacesAPass = 1'024, kObjectsAPass = 64;

// One pass of retention: lets go of places whose digests nothing names, and removes objects of those that were. Whether there is more to
// do. Errors: the database's and the bucket's; what was not removed is tried again by a later pass.
Result<bool> remove_unnamed(store::Database& db, artifacts::s3::Bucket& bucket, const std::string& prefix,
                            const artifacts::s3::GiveUp& give_up = {});

}  // namespace argosy::runtime
