/* one; /* two; -- not a line comment */ ' not a quote /* $$ */ */
CREATE TABLE nested_comments (a int /* ; */, b text -- ; '
  DEFAULT 'x' /*/* deep */*/ );/**/INSERT INTO nested_comments/***/VALUES/* /* */ */(1,'--');--
/* last */
