#include "common/sandbox/confine/embedded.h"

asm(".section .rodata\n"
    ".balign 16\n"
    "argosy_confine_begin: .incbin \"" ARGOSY_CONFINE
    "\"\n"
    "argosy_confine_end:\n"
    ".previous\n");
extern "C" const char argosy_confine_begin[], argosy_confine_end[];

namespace argosy::sandbox {

std::string_view confine_program() { return {argosy_confine_begin, argosy_confine_end}; }

}  // namespace argosy::sandbox
