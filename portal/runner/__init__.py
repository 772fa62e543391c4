"""What `manage.py run` is made of: several programs as one."""
