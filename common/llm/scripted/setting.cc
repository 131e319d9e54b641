#include "common/llm/scripted/setting.h"

#include <fmt/format.h>

#include <array>
#include <utility>

#include "common/core/text.h"

namespace argosy::llm {
namespace {

using Kind = ModelSetting::Kind;

constexpr std::array<std::pair<std::string_view, Kind>, 3> kKinds{
    {{"script:", Kind::script}, {"replay:", Kind::replay}, {"record:", Kind::record}}};

}  // namespace

Result<ModelSetting> parse_model_setting(std::string_view text) {
  if (text.empty()) return ModelSetting{};
  for (const auto& [prefix, kind] : kKinds)
    if (text.starts_with(prefix) && text.size() > prefix.size()) return ModelSetting{kind, std::string(text.substr(prefix.size()))};
  return fail_user("model_setting_invalid", fmt::format("ARGOSY_MODEL is \"{}\"", text::ellipsize(text::to_utf8(text), 100)),
                   "it is script:FILE, replay:DIR or record:DIR; empty for the models of ARGOSY_MODELS themselves");
}

ModelEntry scripted_entry() {
  return {.name = "scripted",
          .endpoint = {.base_url = {}, .model = "scripted"},
          .context_tokens = 1'000'000,
          .max_output_tokens = 100'000,
          .prices = Prices{},
          .can = {.tools = true, .images = true, .schema = true, .thinking = true, .stream = true},
          .image_tokens = 1'600};
}

}  // namespace argosy::llm
