// The fleet as it is, and the ways in which it is broken on purpose: a simulation that passes all of these proves nothing. The product's
// own parts stay as they are; what is broken is how they are put together, or the figures that they are given. Values, any thread.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace argosy::simulation {

enum class Variant : std::uint8_t {
  sound,
  retry_without_cap,
  retry_of_every_category,
  hint_dropped_when_full,
  offset_before_claim,
  slot_freed_at_return,
  lease_by_wall_clock,
  lease_from_the_answer,
  rescue_after_outage,
  background_read_last,
  suspects_together,
  drain_without_handing_back,
  no_reannounce,
};

struct VariantText {
  Variant variant;
  std::string_view name, what;
};

inline constexpr std::array kBroken{
    VariantText{Variant::retry_without_cap, "retry-without-cap", "a step that keeps failing is tried for ever"},
    VariantText{Variant::retry_of_every_category, "retry-of-every-category", "errors that only a person can mend are tried again"},
    VariantText{Variant::hint_dropped_when_full, "hint-dropped-when-full", "a dispatch that finds no free slot is done with"},
    VariantText{Variant::offset_before_claim, "offset-before-claim", "a message is done when it is read"},
    VariantText{Variant::slot_freed_at_return, "slot-freed-at-return", "a slot is free when its handler returned, not at the commit"},
    VariantText{Variant::lease_by_wall_clock, "lease-by-wall-clock", "a process judges its lease by a clock that people set"},
    VariantText{Variant::lease_from_the_answer, "lease-from-the-answer", "a lease counts from the renewal's answer, not from its sending"},
    VariantText{Variant::rescue_after_outage, "rescue-after-outage", "the scheduler rescues as soon as the database is back"},
    VariantText{Variant::background_read_last, "background-read-last", "background is read when no other lane has anything"},
    VariantText{Variant::suspects_together, "suspects-together", "steps that crashed a process run beside each other"},
    VariantText{Variant::drain_without_handing_back, "drain-without-handing-back", "a process that ends drops what it runs"},
    VariantText{Variant::no_reannounce, "no-reannounce", "a lost dispatch is not announced again"},
};

constexpr std::optional<Variant> variant_from_name(std::string_view name) {
  if (name == "sound") return Variant::sound;
  for (const auto& text : kBroken) {
    if (text.name == name) return text.variant;
  }
  return std::nullopt;
}

}  // namespace argosy::simulation
