variable "name" {
  description = "What all names of this installation begin with, for example argosy-prod."
  type        = string
  nullable    = false

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,22}[a-z0-9]$", var.name))
    error_message = "The name has 3 to 24 lower-case letters, digits and dashes, begins with a letter and does not end with a dash."
  }
}

variable "tags" {
  description = "Tags of everything that can carry some, beside Name."
  type        = map(string)
  default     = {}
  nullable    = false

  validation {
    condition     = alltrue([for key, value in var.tags : can(regex("^[A-Za-z][A-Za-z0-9:_-]{0,127}$", key)) && !startswith(lower(key), "aws:") && length(value) <= 256])
    error_message = "A tag's key begins with a letter, does not begin with aws:, and has at most 128 characters; its value at most 256."
  }
}
