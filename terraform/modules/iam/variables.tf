variable "oidc_provider_arn" {
  description = "The cluster's identity provider, as module eks gives it out."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:iam::[0-9]{12}:oidc-provider/.+", var.oidc_provider_arn))
    error_message = "The identity provider is named by its ARN."
  }
}

variable "namespace" {
  description = "The namespace of infra/k8s, whose service accounts are named argosy-<process>; processes with a namespace of their own name it."
  type        = string
  default     = "argosy"
  nullable    = false

  validation {
    condition     = can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", var.namespace))
    error_message = "A namespace has lower-case letters, digits and dashes."
  }
}

variable "processes" {
  description = "What each process may do. artifacts: none, read, write (and read) or retain (read, and delete what retention lets go; `argosy doctor` of such a process writes its probe, too). secrets: names out of secret_arns. namespace: where it is not the variable of that name. Only processes named here get a role."
  type = map(object({
    namespace = optional(string)
    artifacts = optional(string, "none")
    secrets   = optional(set(string), [])
  }))
  default = {
    ingest        = { artifacts = "read", secrets = ["postgres-user", "tokens"] }
    planning      = { artifacts = "write", secrets = ["git-read", "model-keys", "postgres-user"] }
    codegen       = { artifacts = "write", secrets = ["git-read", "model-keys", "postgres-user"] }
    testing       = { namespace = "argosy-testing", artifacts = "write", secrets = ["git-read", "postgres-user", "setup"] }
    git           = { artifacts = "write", secrets = ["git-push", "postgres-user"] }
    notifications = { artifacts = "write", secrets = ["postgres-user", "webhook"] }
    scheduler     = { artifacts = "retain", secrets = ["postgres-user"] }
    fanout        = { secrets = ["postgres-user", "tokens"] }
    migrate       = { secrets = ["postgres-user"] }
  }
  nullable = false

  validation {
    condition     = alltrue([for name in keys(var.processes) : contains(["ingest", "planning", "codegen", "testing", "git", "notifications", "scheduler", "fanout", "migrate"], name)])
    error_message = "A process is one of ingest, planning, codegen, testing, git, notifications, scheduler, fanout and migrate."
  }
  validation {
    condition     = alltrue([for process in values(var.processes) : process.namespace == null || can(regex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", process.namespace))])
    error_message = "A namespace has lower-case letters, digits and dashes."
  }
  validation {
    condition     = alltrue([for process in values(var.processes) : contains(["none", "read", "write", "retain"], process.artifacts)])
    error_message = "What a process may do with artifacts is none, read, write or retain."
  }
  validation {
    condition     = alltrue(flatten([for process in values(var.processes) : [for secret in process.secrets : contains(keys(var.secret_arns), secret)]]))
    error_message = "The secrets of a process are out of secret_arns."
  }
}

variable "artifacts_bucket_arn" {
  description = "The bucket of artifacts."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:s3:::[a-z0-9][a-z0-9.-]+$", var.artifacts_bucket_arn))
    error_message = "The bucket is named by its ARN."
  }
}

variable "artifacts_prefix" {
  description = "What the keys of artifacts begin with: ARGOSY_S3_PREFIX."
  type        = string
  default     = "artifacts/"
  nullable    = false

  validation {
    condition     = can(regex("^([A-Za-z0-9_-]+/)+$", var.artifacts_prefix))
    error_message = "The prefix has letters, digits, dashes and underscores, and ends with a slash."
  }
}

variable "data_key_arn" {
  description = "The key of the bucket."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.data_key_arn))
    error_message = "The key is named by its ARN."
  }
}

variable "secrets_key_arn" {
  description = "The key of the secrets."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.secrets_key_arn))
    error_message = "The key is named by its ARN."
  }
}

variable "secret_arns" {
  description = "ARNs of the secrets by name, as module secrets gives them out."
  type        = map(string)
  nullable    = false

  validation {
    condition     = alltrue([for arn in values(var.secret_arns) : can(regex("^arn:aws[a-z-]*:secretsmanager:", arn))])
    error_message = "Secrets are named by their ARNs."
  }
}

variable "region" {
  description = "The region; keys may be used through its S3 and its secrets only."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z]{2}(-[a-z]+)+-[0-9]$", var.region))
    error_message = "The region is written like eu-central-1."
  }
}
