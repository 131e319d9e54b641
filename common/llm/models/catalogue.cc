#include "common/llm/models/catalogue.h"

#include <fmt/format.h>

#include <algorithm>

#include "common/config/settings.h"
#include "common/config/spelling.h"
#include "common/core/file.h"
#include "common/core/text.h"

namespace argosy::llm {

const ModelEntry* Catalogue::find(std::string_view name) const {
  const auto hit = std::ranges::find(models_, name, &ModelEntry::name);
  return hit == models_.end() ? nullptr : &*hit;
}

Result<const ModelEntry*> Catalogue::get(std::string_view name) const {
  if (const ModelEntry* model = find(name)) return model;
  if (models_.empty()) return fail_user("model_unknown", "there are no models", "set ARGOSY_MODELS to a models.yaml");
  std::vector<std::string> names;
  for (const auto& model : models_) names.push_back(model.name);
  const auto shown = text::ellipsize(name, 60);
  return fail_user("model_unknown", fmt::format("there is no model \"{}\"; did you mean \"{}\"?", shown, config::nearest_of(shown, names)));
}

Result<Catalogue> load_models(const std::string& path, Keys wanted, const std::string& only) {
  if (path.empty()) return Catalogue();
  const auto bytes = read_file(path, kMaxModelsBytes);
  if (!bytes) return fail_user("models_unreadable", bytes.error().message, "ARGOSY_MODELS names a file that this process can read");
  if (wanted == Keys::left_out) return parse_models(*bytes, path, {});
  const auto environment = config::process_environment();
  const KeySources keys{.variable = [&](const std::string& name) -> std::optional<std::string> {
                          const auto hit = environment.find(name);
                          return hit == environment.end() ? std::nullopt : std::optional(hit->second);
                        },
                        .file = [](const std::string& file) { return read_file(file, kMaxKeyBytes); },
                        .only = only};
  return parse_models(*bytes, path, keys);
}

}  // namespace argosy::llm
