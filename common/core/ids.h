// Identities as types of their own, so that swapped arguments do not compile. Values, any thread.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace argosy {

// 128 bits, RFC 9562.
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};

  friend auto operator<=>(const Uuid&, const Uuid&) = default;

  std::string to_string() const;                            // 36 lower-case characters
  static std::optional<Uuid> parse(std::string_view text);  // accepts exactly that form, either case
  static Uuid v4();                                         // random, from the kernel
  static Uuid v7(std::int64_t unix_ms);                     // time-ordered: partitions by id are partitions by time
};

template <class Tag>
struct Id {
  Uuid uuid;
  friend auto operator<=>(const Id&, const Id&) = default;
  std::string to_string() const { return uuid.to_string(); }
  static std::optional<Id> parse(std::string_view text) {
    if (auto uuid = Uuid::parse(text)) return Id{*uuid};
    return std::nullopt;
  }
};

using TaskId = Id<struct TaskTag>;
using OrgId = Id<struct OrgTag>;
using WorkerId = Id<struct WorkerTag>;  // one process, for its lifetime
using SandboxId = Id<struct SandboxTag>;

// The organisation of everybody while no token file is configured.
inline constexpr OrgId kDefaultOrg{Uuid{{0, 0, 0, 0, 0, 0, 0x40, 0, 0x80, 0, 0, 0, 0, 0, 0, 1}}};

// A step is named by its task and its place in the task's list.
struct StepRef {
  TaskId task;
  std::int16_t ordinal = 0;
  friend auto operator<=>(const StepRef&, const StepRef&) = default;
};

}  // namespace argosy

template <>
struct std::hash<argosy::Uuid> {
  std::size_t operator()(const argosy::Uuid& id) const noexcept;
};
template <class Tag>
struct std::hash<argosy::Id<Tag>> {
  std::size_t operator()(const argosy::Id<Tag>& id) const noexcept { return std::hash<argosy::Uuid>{}(id.uuid); }
};
template <>
struct std::hash<argosy::StepRef> {
  std::size_t operator()(const argosy::StepRef& ref) const noexcept {
    return std::hash<argosy::Uuid>{}(ref.task.uuid) ^ (static_cast<std::size_t>(ref.ordinal) * 0x9e3779b97f4a7c15ULL);
  }
};
