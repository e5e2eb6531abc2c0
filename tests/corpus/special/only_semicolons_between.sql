;;; CREATE TABLE semicolons (a int);;;;
; /* ; */ ; -- ;
INSERT INTO semicolons VALUES (1) ; ;
