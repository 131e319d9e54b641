variable "account_id" {
  description = "The account; it makes the buckets' names unique in the world."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[0-9]{12}$", var.account_id))
    error_message = "An account has twelve digits."
  }
}

variable "kms_key_arn" {
  description = "The key that what is stored is encrypted with."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^arn:aws[a-z-]*:kms:", var.kms_key_arn))
    error_message = "The key is named by its ARN."
  }
}

variable "noncurrent_days" {
  description = "How long an artifact that Argosy's retention deleted can still be brought back."
  type        = number
  default     = 14
  nullable    = false

  validation {
    condition     = var.noncurrent_days >= 1 && var.noncurrent_days <= 90
    error_message = "Deleted artifacts can be brought back for 1 to 90 days."
  }
}

variable "audit_lock" {
  description = "How long nobody can change or delete what was written to the audit bucket. COMPLIANCE: not even the account's root; GOVERNANCE: only who has a right of its own."
  type = object({
    mode = optional(string, "COMPLIANCE")
    days = optional(number, 365)
  })
  default  = {}
  nullable = false

  validation {
    condition     = contains(["COMPLIANCE", "GOVERNANCE"], var.audit_lock.mode)
    error_message = "The mode of the lock is COMPLIANCE or GOVERNANCE."
  }
  validation {
    condition     = var.audit_lock.days >= 1 && var.audit_lock.days <= 3650
    error_message = "The lock holds for 1 to 3650 days."
  }
}
