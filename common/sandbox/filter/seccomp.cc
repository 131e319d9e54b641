#include "common/sandbox/filter/seccomp.h"

#include <fmt/format.h>
#include <seccomp.h>
#include <sys/mman.h>

#include <array>
#include <cstring>
#include <memory>

#include "common/sandbox/filter/refusals.h"

namespace argosy::sandbox {
namespace {

struct Release {
  void operator()(void* context) const { ::seccomp_release(context); }
};
using Context = std::unique_ptr<void, Release>;

std::unexpected<Error> cannot(std::string_view what, int problem) {
  return fail_transient("sandbox_unavailable", fmt::format("cannot compile the seccomp filter: {}: {}", what, std::strerror(problem)));
}

int add(scmp_filter_ctx context, const Refusal& refusal) {
  const int number = ::seccomp_syscall_resolve_name(std::string(refusal.call).c_str());
  if (number == __NR_SCMP_ERROR || number < 0) return 0;  // this machine has no such call
  const auto action = SCMP_ACT_ERRNO(static_cast<std::uint16_t>(refusal.error));
  using When = Refusal::When;
  if (refusal.when == When::always) return ::seccomp_rule_add_array(context, action, number, 0, nullptr);
  const bool above = refusal.when == When::above;
  const std::array<scmp_arg_cmp, 2> compared{
      {{refusal.argument, above ? SCMP_CMP_GT : SCMP_CMP_MASKED_EQ, above ? refusal.value : refusal.mask, refusal.value},
       {refusal.second_argument, SCMP_CMP_MASKED_EQ, refusal.second_mask, refusal.second_value}}};
  return ::seccomp_rule_add_array(context, action, number, refusal.second_mask != 0 ? 2 : 1, compared.data());
}

Result<Fd> compile(bool memory_counted) {
  const Context context(::seccomp_init(SCMP_ACT_ALLOW));
  if (!context) return cannot("seccomp_init", ENOMEM);
  ::seccomp_attr_set(context.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_KILL_PROCESS);
  // A sorted tree instead of a list: the filter is asked on every system call of a build.
  ::seccomp_attr_set(context.get(), SCMP_FLTATR_CTL_OPTIMIZE, 2);
  for (const auto& refusal : refusals())
    if (const int problem = add(context.get(), refusal); problem < 0) return cannot(refusal.call, -problem);
  if (!memory_counted)
    for (const auto& refusal : refusals_without_memory_group())
      if (const int problem = add(context.get(), refusal); problem < 0) return cannot(refusal.call, -problem);
  Fd file(::memfd_create("seccomp", MFD_CLOEXEC));
  if (!file) return cannot("memfd_create", errno);
  if (const int problem = ::seccomp_export_bpf(context.get(), file.get()); problem < 0) return cannot("seccomp_export_bpf", -problem);
  return file;
}

template <bool kMemoryCounted>
const Result<Fd>& made() {
  static const auto program = compile(kMemoryCounted);
  return program;
}

}  // namespace

Result<int> seccomp_program(bool memory_counted) {
  const auto& program = memory_counted ? made<true>() : made<false>();
  if (!program) return std::unexpected(program.error());
  return program->get();
}

}  // namespace argosy::sandbox
