// The protocol as it stands, and the ways in which it is broken on purpose: a model that cannot find these proves nothing. Each is one rule
// of the engine taken out. Used by both models. Values, any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace argosy::model {

enum class Variant : std::uint8_t {
  sound,
  no_epoch,
  epoch_returns,
  finish_without_state,
  counters_from_input,
  not_exists,
  no_task_lock,
  lock_in_same_statement,
  cancel_promotes,
  offset_before_claim,
  slot_freed_before_commit,
  claim_without_state,
  lease_outlives_database,
  seq_read_before_lock,
  no_rescue,
  no_reannounce,
};

struct VariantText {
  Variant variant;
  std::string_view name, what;
};

inline constexpr std::array kBroken{
    VariantText{Variant::no_epoch, "no-epoch", "finish asks for `running` only, not for the lease's epoch"},
    VariantText{Variant::epoch_returns, "epoch-returns", "a claim's epoch is the row's plus one, without the clock"},
    VariantText{Variant::finish_without_state, "finish-without-state", "finish asks for the epoch only, not for `running`"},
    VariantText{Variant::counters_from_input, "counters-from-input",
                "counters follow what finish was asked, not the rows its update returned"},
    VariantText{Variant::not_exists, "not-exists", "NOT EXISTS over the steps decides, by a snapshot from before the lock"},
    VariantText{Variant::no_task_lock, "no-task-lock", "finish and rescue do not lock the task's row first"},
    VariantText{Variant::lock_in_same_statement, "lock-in-same-statement", "finish is one statement: its snapshot is older than its lock"},
    VariantText{Variant::cancel_promotes, "cancel-promotes", "cancel counts down what hangs on the steps that it stops"},
    VariantText{Variant::offset_before_claim, "offset-before-claim", "the offset is committed when the message is read"},
    VariantText{Variant::slot_freed_before_commit, "slot-freed-before-commit", "a slot is free when its handler returned"},
    VariantText{Variant::claim_without_state, "claim-without-state", "claim does not ask for `ready`"},
    VariantText{Variant::lease_outlives_database, "lease-outlives-database",
                "a process believes in its lease for longer than the database"},
    VariantText{Variant::seq_read_before_lock, "seq-read-before-lock",
                "last_seq is read in one statement and written in another, without the lock"},
    VariantText{Variant::no_rescue, "no-rescue", "nobody takes steps from dead owners"},
    VariantText{Variant::no_reannounce, "no-reannounce", "a lost dispatch is not announced again"},
};

constexpr std::optional<Variant> variant_from_name(std::string_view name) {
  if (name == "sound") return Variant::sound;
  for (const auto& text : kBroken) {
    if (text.name == name) return text.variant;
  }
  return std::nullopt;
}

}  // namespace argosy::model
