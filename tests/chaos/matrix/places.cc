#include "tests/chaos/matrix/places.h"

namespace argosy::chaos {

const std::vector<Place>& places() {
  static const std::vector<std::string_view> workers{"planning", "codegen", "testing", "git", "notifications"};
  static const std::vector<Place> all{
      {"claim.before", workers},
      {"claim.after", workers},
      {"offsets.before_commit", workers},
      {"offsets.after_commit", workers},
      {"renew.before", workers},
      {"renew.after", workers},
      {"finish.before", workers},
      {"finish.after", workers},
      {"produce.before", {"planning", "codegen", "testing", "git", "notifications", "ingest"}},
      {"produce.after", {"planning", "codegen", "testing", "git", "notifications", "ingest"}},
      {"ask.before", {"codegen"}},
      {"ask.after", {"codegen"}},
      {"detour.before", {"testing"}},
      {"detour.after", {"testing"}},
      {"push.before", {"git"}},
      {"push.after", {"git"}},
      {"notify.before", {"notifications"}},
      {"notify.after", {"notifications"}},
      {"submit.before_commit", {"ingest"}},
      {"submit.after_commit", {"ingest"}},
      {"redrive.before", {"ingest"}},
      {"redrive.after", {"ingest"}},
      {"edit_plan.before", {"ingest"}},
      {"edit_plan.after", {"ingest"}},
      {"rescue.before", {"scheduler"}},
      {"rescue.after", {"scheduler"}},
  };
  return all;
}

}  // namespace argosy::chaos
