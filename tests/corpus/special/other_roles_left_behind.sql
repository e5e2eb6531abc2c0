SET ROLE pg_monitor; SELECT current_user; RESET ROLE;
CREATE TABLE roles (a int); SET ROLE pg_read_all_data; SELECT a FROM roles;
