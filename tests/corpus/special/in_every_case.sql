CrEaTe TaBlE mixed_case (A iNt); iNsErT iNtO Mixed_Case VaLuEs (1); CREATE FUNCTION Mixed_Body()
RETURNS int bEgIn AtOmIc SeLeCt CaSe WhEn TrUe ThEn 1 eNd; EnD; SELECT mixed_body();
