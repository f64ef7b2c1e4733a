variable "password" {
  type      = string
  sensitive = true
}

resource "aws_ssm_parameter" "db" {
  name  = "/shop/db/password"
  type  = "SecureString"
  value = var.password
}
