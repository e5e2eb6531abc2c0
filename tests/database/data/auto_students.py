"""Generated test data of the table students. Do not edit: `invoke generate` writes it anew.

Rows are PostgreSQL's COPY text, in the order of the primary key.
"""

from db_workflow.testdata import rows

TABLE = 'students'
SOURCE = '145b38fa6ed2ec3576c419d6542d867fe3e5758ccc9586677f83bca1a90405e9'
KEY = 'public'
RULES = '64cc1e802b94bbed1f7ae895c30940cd'
ROWS = 50
DIGEST = 'd1152cc2a8046971d20472ac90c330b7e8a0bcbc3f920efdc2b7abb4c677159e'

AUTO_STUDENTS_DATA = rows(
    columns=(
        'id',
        'parent_id',
        'status',
        'cost',
        'min_lessons_per_week',
        'max_lessons_per_week',
        'generated_password',
        'educational_system',
        'grade',
    ),
    text=r'''
063128dd-0b15-575c-8e2a-e11ba3167533	a93f22eb-ec9c-5d23-bf03-997e7edb1492	NONE	260.75	0	5	\N	IGCSE	10
0c2e25c3-dfb6-5147-820e-9bd64ee074f0	e425782c-0e72-5bfb-b277-f94059230e08	Alpha	220.00	1	5	\N	IGCSE	10
0d71371c-f770-5397-8a37-d4a2be652bfd	9e192799-7f66-525c-80be-ef67e183e0cc	NONE	140.50	0	4	\N	IGCSE	9
0d9dfd57-d414-54fe-ac51-918592504adb	803c0ee1-fd41-52e2-b838-074d38f3a7e2	NONE	210.75	1	6	\N	IGCSE	12
12c81875-e023-5093-b349-baf02a220795	ce5c5e55-0777-5c55-8522-bea7ee088e29	Alpha	330.50	0	5	\N	IGCSE	9
14269e3d-e67a-5bbe-b04d-12407aa17f96	a76af455-8ecd-5345-8eb5-5088301e36c4	Sigma	120.00	1	5	\N	IGCSE	9
1ed350be-a7af-534d-96bc-59ab5649ab53	a93f22eb-ec9c-5d23-bf03-997e7edb1492	NONE	340.75	1	6	\N	IGCSE	10
266b3349-c519-5023-a2d3-205474b332f8	19a3cffa-192b-5bdd-bfd9-b03b4e689ebd	Sigma	220.00	0	3	\N	IGCSE	10
2994c387-4533-5b89-8eee-936f98dbefd5	f3d3deca-d65f-5048-97ba-854cb80329c8	Omega	180.00	1	5	public-test-password	SAT	9
29b28c6c-a5bd-5992-9dad-d04e170763fd	ce5c5e55-0777-5c55-8522-bea7ee088e29	Alpha	280.75	0	3	\N	IGCSE	11
35790e42-12a3-510c-be99-f49c9d653f84	80ecdf25-caed-5c2b-8326-8cff16d79a0a	HIM	380.00	0	2	public-test-password	IGCSE	8
39ffd746-7956-537a-97df-176e570d8363	befef49b-a87e-57e6-adb6-aed802da8809	NONE	380.50	0	2	public-test-password	IGCSE	9
3abe3e98-c240-55b9-b401-1a261b1400b5	932aaa4d-b615-5385-91bf-bfa5914fffe0	NONE	280.00	0	3	public-test-password	IGCSE	8
42ed5cd7-f88a-52b8-8d9a-a4d47fcec6d1	f0bb56bb-18ca-5b88-b8bb-ca4fdf075bf5	NONE	300.75	2	7	\N	National-KW	12
449eaf56-44c2-5af0-b008-6b5668738248	c4f34f25-6d04-5f44-9f95-40aa62549df2	Alpha	340.50	1	5	\N	SAT	12
5d124a03-a51f-57ae-89a9-20063f465eae	9ccc84dc-9b08-501e-a525-3f64a8e53ae4	NONE	280.00	0	6	\N	IGCSE	12
5fe79131-cd7b-5eae-a729-1b6a88b6c4f0	f5fbe28f-eba5-5de3-9341-fc420e924b48	NONE	300.00	0	6	\N	IGCSE	10
6201c846-f2b0-50bd-927c-d012313f08ae	7c729a48-9713-5a3f-b00c-29191d71060e	NONE	390.00	0	3	public-test-password	IGCSE	12
65008ad8-9094-5702-8a4b-0ddbff0d3452	a796afc2-26e8-5675-a920-ece159ca25df	HIM	180.00	0	5	\N	IGCSE	11
6a1a4246-91f1-56ce-8c42-dee8e5164a54	bcd5176c-417c-5a18-986c-ffa13bd0ff67	NONE	240.50	0	4	\N	IGCSE	10
6a23639d-665f-59b0-8f51-9ef1e18e390d	a76af455-8ecd-5345-8eb5-5088301e36c4	NONE	200.50	0	4	\N	IGCSE	11
7020879f-e95e-5f5a-bdff-8f30b7ffd175	cb84ca2f-a477-5f72-8494-3863cdaa7d6f	Omega	250.00	0	3	\N	SAT	8
71f67759-4e40-544b-9bba-328be101605b	932aaa4d-b615-5385-91bf-bfa5914fffe0	Alpha	220.75	0	4	\N	IGCSE	8
75938595-4bbd-5b75-9f95-efb033a77d5e	66775e08-7ba0-545f-8a68-6109adc4bad5	NONE	400.00	0	2	public-test-password	IGCSE	12
7e886bd3-285a-5c79-a444-0d091cb5f449	d7c6b5b4-c891-59a9-a484-dd97a2d7254d	NONE	300.00	0	6	public-test-password	IGCSE	8
852e4f8b-30b5-5d89-88be-a52b7e69f393	a6744918-9526-56c7-b21c-3aa698f8abd1	Alpha	260.00	0	5	\N	National-KW	8
8d9fd89f-12ae-58d2-962e-4592ddd9b808	66775e08-7ba0-545f-8a68-6109adc4bad5	Alpha	130.75	0	6	\N	SAT	11
98719c79-2799-5029-a9ba-8d601f09d35d	a6744918-9526-56c7-b21c-3aa698f8abd1	NONE	130.75	0	3	\N	IGCSE	8
9fc0c9d4-c439-500a-8b76-3682c9c44d59	bcd5176c-417c-5a18-986c-ffa13bd0ff67	Omega	190.00	0	6	\N	National-EG	9
a327ee25-afcc-53ef-af57-dc23cfcfc139	80ecdf25-caed-5c2b-8326-8cff16d79a0a	NONE	160.75	1	6	public-test-password	IGCSE	9
a9298ede-8653-5b02-90b3-342ad4e3b33a	9ccc84dc-9b08-501e-a525-3f64a8e53ae4	Alpha	300.00	0	4	public-test-password	IGCSE	10
b47ba224-f186-5407-a73d-8717d3a7a895	f5fbe28f-eba5-5de3-9341-fc420e924b48	Alpha	270.75	1	5	\N	IGCSE	9
be33019e-8ab5-5462-9df8-4662b1844daa	c65b958b-1bd4-57db-bee0-c8734ab1bb09	Alpha	260.00	0	5	\N	National-EG	8
cdaf6625-be12-5f38-9fda-7ed4857f2055	618050c6-6165-520b-a0a2-fc222feaacaf	Sigma	270.00	0	5	\N	IGCSE	9
cebd870c-133a-52a6-8a78-c9f72914a0bc	cb84ca2f-a477-5f72-8494-3863cdaa7d6f	Omega	370.00	1	7	\N	IGCSE	8
cf4d47b1-4e5d-5ec1-b867-df2f48470cab	4a3343f8-4687-5c0a-9d69-a6c36ac0095b	Omega	280.50	0	5	\N	IGCSE	11
d921e571-140b-5f71-ad93-071389ad2ca9	989a7dbb-2506-5f8d-8f51-3660cc62a348	Alpha	160.00	0	5	public-test-password	National-EG	10
dab4c0b4-42a8-5264-bd8e-25c428ebdf6c	e425782c-0e72-5bfb-b277-f94059230e08	NONE	220.75	0	6	\N	IGCSE	8
e441dbb1-6884-580f-89f1-bcb7bf5c4957	e425782c-0e72-5bfb-b277-f94059230e08	NONE	130.50	2	5	\N	IGCSE	12
e52a1da5-1d30-58e5-987c-7b8935f44138	5450feca-410e-5686-9dcb-fdc3a3f84924	NONE	130.50	0	5	\N	IGCSE	10
e565bf5f-9c68-5063-9f88-4010409f1c33	5450feca-410e-5686-9dcb-fdc3a3f84924	Alpha	270.75	0	3	\N	IGCSE	9
e983289a-91fe-5a9d-b28a-7c15dcd34748	cb84ca2f-a477-5f72-8494-3863cdaa7d6f	Alpha	160.75	0	3	\N	IGCSE	10
eeb6941a-b50b-53fe-9454-e92504b30a39	b12597ee-ed22-5cfd-9b43-e403e32671c0	Omega	190.00	0	3	\N	National-KW	11
f21b8cea-ecca-524d-9a81-a72adbefcf03	88c31b57-fa67-5333-b29c-801a8e18d7a0	Omega	180.75	0	2	public-test-password	IGCSE	10
f26a763e-7e80-5d42-807b-819f88c4aa26	f0bb56bb-18ca-5b88-b8bb-ca4fdf075bf5	NONE	180.00	0	5	public-test-password	National-KW	11
f561481e-ca48-589a-97d0-d27df56395bf	4a3343f8-4687-5c0a-9d69-a6c36ac0095b	NONE	310.75	0	3	public-test-password	SAT	8
f6d50877-037f-580f-b7d4-151adb4f39c4	cb84ca2f-a477-5f72-8494-3863cdaa7d6f	NONE	250.00	1	4	\N	IGCSE	12
f906ee28-c1a1-5796-9fc0-813e08f8081a	989a7dbb-2506-5f8d-8f51-3660cc62a348	NONE	340.75	0	3	public-test-password	National-EG	12
fa43f378-2c88-5a70-a248-a10bf2501d87	9eead122-8480-52ef-a5fa-a41f5d4f136c	NONE	280.00	0	6	\N	IGCSE	12
fe4075fb-143c-5610-b4f5-379e895742dc	4a3343f8-4687-5c0a-9d69-a6c36ac0095b	Omega	190.75	2	5	\N	SAT	12
''',
)
