"""The names that `gazetteer.py` knows, one a line. Data only.

An id; the English names; the English adjectives; the Arabic names; the Arabic stems that
take the endings of an adjective («روس» → «روسي», «الروسية»); and the ids that the name
stands for in the news ("Moscow" for Russia). Alternatives are cut by "|".
"""

PLACES = """
us; united states|u.s.|usa|america; american|americans; الولايات المتحدة|أمريكا|أميركا; أمريك|أميرك
washington; washington; ; واشنطن; ; us
russia; russia|russian federation; russian|russians; روسيا|الاتحاد الروسي; روس
moscow; moscow|kremlin; ; موسكو|الكرملين; ; russia
ussr; soviet union|ussr|soviet; soviets; الاتحاد السوفييتي|الاتحاد السوفيتي; سوفييت|سوفيات|سوفيت
un; united nations|un; ; الأمم المتحدة;
eu; european union|eu; ; الاتحاد الأوروبي;
europe; europe; european|europeans; أوروبا|أوربا; أوروب|أورب
nato; nato|north atlantic; ; الناتو|حلف شمال الأطلسي|الأطلسي;
csto; csto|collective security treaty organization; ; منظمة معاهدة الأمن الجماعي;
osce; osce|organization for security and co-operation in europe; ; منظمة الأمن والتعاون في أوروبا;
unesco; unesco; ; اليونسكو|يونسكو;
isis; isis|isil|daesh|da'esh|islamic state; ; داعش|تنظيم الدولة;
nusra; nusra; ; النصرة;
taliban; taliban; ; طالبان;
syria; syria; syrian|syrians; سوريا|سورية|بلاد الشام|الشام; سور
egypt; egypt; egyptian|egyptians; مصر; مصر
cairo; cairo; ; القاهرة; ; egypt
alexandria; alexandria; alexandrian; الإسكندرية|الاسكندرية; سكندر
jordan; jordan; jordanian|jordanians; الأردن|أردن; أردن
lebanon; lebanon; lebanese; لبنان; لبنان
iraq; iraq; iraqi|iraqis; العراق|عراق; عراق
saudi; saudi arabia; saudi|saudis; السعودية|المملكة العربية السعودية; سعود
riyadh; riyadh; ; الرياض; ; saudi
yemen; yemen; yemeni|yemenis; اليمن; يمن
uae; united arab emirates|uae|emirates; emirati|emiratis; الإمارات|الإمارات العربية المتحدة; إمارات
qatar; qatar; qatari; دولة قطر; قطر
kuwait; kuwait; kuwaiti; الكويت; كويت
bahrain; bahrain; bahraini; مملكة البحرين; بحرين
oman; oman; omani; عمان|سلطنة عمان;
amman; amman; ; عمان|عمّان; ; jordan
palestine; palestine; palestinian|palestinians; فلسطين; فلسطين
jerusalem; jerusalem; ; القدس; مقدس
israel; israel; israeli|israelis; إسرائيل; إسرائيل
libya; libya; libyan|libyans; ليبيا; ليب
tunisia; tunisia|tunis; tunisian|tunisians; تونس; تونس
algeria; algeria|algiers; algerian|algerians; الجزائر; جزائر
morocco; morocco; moroccan|moroccans; المغرب; مغرب
sudan; sudan; sudanese; السودان; سودان
comoros; comoros; ; جزر القمر;
damascus; damascus; ; دمشق; دمشق; syria
aleppo; aleppo; ; مدينة حلب;
homs; homs; ; حمص;
baghdad; baghdad; ; بغداد; بغداد; iraq
mecca; mecca; ; مكة;
iran; iran; iranian|iranians; إيران; إيران
tehran; tehran; ; طهران; ; iran
persia; persia; persian|persians; فارس|بلاد فارس; فارس
turkey; turkey|türkiye; turkish|turks; تركيا; ترك
ankara; ankara; ; أنقرة; ; turkey
istanbul; istanbul; ; إسطنبول|اسطنبول|الأستانة;
greece; greece; greek|greeks; اليونان; يونان
china; china; chinese; الصين; صين
beijing; beijing; ; بكين; ; china
japan; japan; japanese; اليابان; يابان
india; india; indian|indians; الهند; هند
pakistan; pakistan; pakistani|pakistanis; باكستان; باكستان
afghanistan; afghanistan; afghan|afghans; أفغانستان; أفغان
kabul; kabul; ; كابول|كابل; ; afghanistan
kazakhstan; kazakhstan; kazakh|kazakhs|kazakhstani; كازاخستان|قازاقستان; كازاخ|كازاخستان
kyrgyzstan; kyrgyzstan; kyrgyz; قرغيزستان|قيرغيزستان; قرغيز|قيرغيز
tajikistan; tajikistan; tajik|tajiks; طاجيكستان; طاجيك
uzbekistan; uzbekistan; uzbek|uzbeks; أوزبكستان; أوزبك
turkmenistan; turkmenistan; turkmen|turkmens; تركمانستان; تركمان
ashgabat; ashgabat; ; عشق آباد|عشق أباد;
armenia; armenia; armenian|armenians; أرمينيا; أرمين|أرمن
azerbaijan; azerbaijan; azerbaijani|azerbaijanis|azeri; أذربيجان; أذربيجان|أذر
georgia; georgia; georgian|georgians; جورجيا; جورج
karabakh; karabakh|nagorno-karabakh; ; قره باغ|كاراباخ|ناغورنو كاراباخ|ناغورني قره باغ;
belarus; belarus; belarusian|belarusians; بيلاروس|بيلاروسيا|روسيا البيضاء; بيلاروس
ukraine; ukraine; ukrainian|ukrainians; أوكرانيا; أوكران
moldova; moldova; moldovan; مولدوفا|مولدافيا; مولدوف
romania; romania; romanian|romanians; رومانيا; رومان
poland; poland; polish|poles; بولندا; بولند
france; france; french; فرنسا; فرنس
paris; paris; ; باريس; ; france
berlin; berlin; ; برلين; ; germany
warsaw; warsaw; ; وارسو; ; poland
madrid; madrid; ; مدريد; ; spain
brussels; brussels; ; بروكسل; ; eu nato
budapest; budapest; ; بودابست; ; hungary
bucharest; bucharest; ; بوخارست; ; romania
belgrade; belgrade; ; بلغراد;
kyiv; kyiv|kiev; ; كييف; ; ukraine
minsk; minsk; ; مينسك; ; belarus
petersburg; saint petersburg|st petersburg|leningrad; ; سان بطرسبورغ|بطرسبورغ|لينينغراد;
kazan; kazan; ; قازان|كازان;
sochi; sochi; ; سوتشي;
yerevan; yerevan; ; يريفان; ; armenia
baku; baku; ; باكو; ; azerbaijan
tbilisi; tbilisi; ; تبليسي|تفليس; ; georgia
tashkent; tashkent; ; طشقند; ; uzbekistan
bishkek; bishkek|frunze; ; بشكيك|بيشكيك|فرونزي; ; kyrgyzstan
dushanbe; dushanbe; ; دوشنبه|دوشانبي; ; tajikistan
astana; astana|nur-sultan; ; أستانا|آستانا|نور سلطان; ; kazakhstan
almaty; almaty; ; ألماتي;
islamabad; islamabad; ; إسلام آباد; ; pakistan
lahore; lahore; ; لاهور;
delhi; delhi|new delhi; ; دلهي|نيودلهي; ; india
tokyo; tokyo; ; طوكيو; ; japan
newyork; new york; ; نيويورك;
lausanne; lausanne; ; لوزان;
zurich; zurich; ; زيورخ;
constantinople; constantinople; ; القسطنطينية;
beirut; beirut; ; بيروت; ; lebanon
tripoli; tripoli; ; طرابلس; ; libya
rabat; rabat; ; الرباط; ; morocco
khartoum; khartoum; ; الخرطوم; ; sudan
sanaa; sanaa|sana'a; ; صنعاء; ; yemen
doha; doha; ; الدوحة; ; qatar
dubai; dubai; ; دبي;
abudhabi; abu dhabi; ; أبوظبي|أبو ظبي; ; uae
basra; basra; ; البصرة;
mosul; mosul; ; الموصل;
diyarbakir; diyarbakir|amid; ; ديار بكر|دياربكر;
helsinki; helsinki; ; هلسنكي; ; finland
oslo; oslo; ; أوسلو; ; norway
stockholm; stockholm; ; ستوكهولم; ; sweden
copenhagen; copenhagen; ; كوبنهاغن; ; denmark
denmark; denmark; danish; الدنمارك; دنمارك
milan; milan; ; ميلانو;
uk; united kingdom|britain|great britain|uk; british|britons; بريطانيا|المملكة المتحدة; بريطان
england; england; english|englishman; إنجلترا|إنكلترا; إنجليز|إنكليز
london; london; ; لندن;
scotland; scotland; scottish|scots; اسكتلندا|إسكتلندا; إسكتلند|اسكتلند
germany; germany; german|germans; ألمانيا; ألمان
austria; austria; austrian|austrians; النمسا; نمساو
vienna; vienna; ; فيينا; ; austria
italy; italy; italian|italians; إيطاليا; إيطال
rome; rome; roman|romans; روما; رومان
spain; spain; spanish|spaniards; إسبانيا; إسبان
portugal; portugal; portuguese; البرتغال; برتغال
lisbon; lisbon; ; لشبونة; ; portugal
switzerland; switzerland; swiss; سويسرا; سويسر
geneva; geneva; ; جنيف;
sweden; sweden; swedish|swedes; السويد; سويد
norway; norway; norwegian|norwegians; النرويج; نرويج
finland; finland; finnish|finns; فنلندا; فنلند
netherlands; netherlands|holland; dutch; هولندا; هولند
hungary; hungary; hungarian|hungarians; المجر|هنغاريا; هنغار
albania; albania; albanian|albanians; ألبانيا; ألبان
canada; canada; canadian|canadians; كندا; كند
mexico; mexico; mexican|mexicans; المكسيك; مكسيك
brazil; brazil; brazilian|brazilians; البرازيل; برازيل
peru; peru; peruvian; بيرو; بيرو
kenya; kenya; kenyan|kenyans; كينيا; كين
nigeria; nigeria; nigerian|nigerians; نيجيريا; نيجير
ethiopia; ethiopia; ethiopian|ethiopians; إثيوبيا|الحبشة; إثيوب|حبش
africa; africa; african|africans; إفريقيا|أفريقيا; إفريق|أفريق
asia; asia; asian; آسيا; آسيو
andalus; al-andalus|andalusia; andalusian|andalusians; الأندلس; أندلس
arab; arabia|arab league; arab|arabs|arabic; العرب|العربية|عرب; عرب
mediterranean; mediterranean; ; البحر المتوسط|البحر الأبيض المتوسط;
mongol; mongolia; mongol|mongols|mongolian; المغول|منغوليا; مغول|منغول
abbasid; ; abbasid|abbasids; العباسيين|العباسيون|بني العباس; عباس
latin; ; latin; اللاتينية|لاتينية; لاتين
syriac; ; syriac; السريانية|سريانية; سريان
hebrew; ; hebrew|hebrews; العبرية|عبرية; عبر
coptic; ; coptic|copts|copt; القبطية|الأقباط; قبط
sicily; sicily; sicilian; صقلية; صقل
cordoba; cordoba|córdoba; ; قرطبة; قرطب
granada; granada; ; غرناطة; غرناط
seville; seville; ; إشبيلية; إشبيل
toledo; toledo; ; طليطلة; طليطل
segovia; segovia; ; شقوبية;
tangier; tangier; ; طنجة; طنج
aswan; aswan|syene; ; أسوان;
fes; fez|fes; ; فاس; فاس
prague; prague; ; براغ;
venice; venice; venetian; البندقية; بندق
athens; athens; athenian; أثينا; أثين
ceylon; sri lanka|ceylon; ; سريلانكا|سرنديب|سيلان;
caspian; caspian; ; بحر قزوين|قزوين;
vatican; vatican; ; الفاتيكان;
genghis; genghis khan|genghis; ; جنكيز خان|جنكيز;
tamerlane; tamerlane|timur; timurid; تيمورلنك|تيمور;
jesus; jesus|christ; christian|christians; المسيح|يسوع; مسيح
"""
