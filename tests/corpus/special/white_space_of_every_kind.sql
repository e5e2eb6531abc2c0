	CREATE	TABLE  spaces(a	int);  
INSERT INTO spaces VALUES (1);
	
